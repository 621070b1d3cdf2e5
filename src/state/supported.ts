import { failure, type Result, success } from "../base/fault.ts";
import type { Operation, ServiceId, ServiceOptions } from "./rule.ts";
import { isEngine } from "./schedulers.ts";

/**
 * Whether the data path of this version can serve what an operation asks for.
 *
 * Fault: NOT_SUPPORTED, naming the thing and the option of ipvsadm that asks for it.
 */
export function checkSupported(operation: Operation): Result<true> {
  const thing = unsupportedThing(operation);
  if (thing === undefined) return success(true);
  return failure("NOT_SUPPORTED", `${thing} is not supported yet`);
}

function unsupportedThing(operation: Operation): string | undefined {
  switch (operation.kind) {
    case "add-service":
    case "edit-service":
      return inServiceId(operation.service) ?? inServiceOptions(operation.options);
    case "add-server":
    case "edit-server":
      return inServiceId(operation.service);
    default:
      return undefined;
  }
}

function inServiceId(id: ServiceId): string | undefined {
  return id.kind === "address" && id.protocol === "sctp" ? "SCTP (--sctp-service)" : undefined;
}

/** Names that IPVS does not know either are for the rules to refuse, as IPVS refuses them. */
function inServiceOptions({ engine }: ServiceOptions): string | undefined {
  return engine !== undefined && isEngine(engine) ? "A persistence engine (--pe)" : undefined;
}
