import { failure, type Result, success } from "../base/fault.ts";
import { familyOf } from "../wire/address.ts";
import type { Operation, ServerId, ServerOptions, ServiceId, ServiceOptions } from "./rule.ts";

const SCHEDULERS_SERVED = ["rr", "wrr", "lc", "wlc", "sed", "nq", "fo", "ovf"];

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
      return (
        inServiceId(operation.service) ?? inServer(operation.server) ?? inMethod(operation.options)
      );
    default:
      return undefined;
  }
}

function inServiceId(id: ServiceId): string | undefined {
  if (id.kind === "mark") return "A firewall mark service (-f)";
  if (id.protocol === "sctp") return "SCTP (--sctp-service)";
  return familyOf(id.address) === 4 ? undefined : `IPv6 (${id.address})`;
}

function inServiceOptions(options: ServiceOptions): string | undefined {
  if (!SCHEDULERS_SERVED.includes(options.scheduler)) {
    return `The scheduler "${options.scheduler}" (-s)`;
  }
  if (options.engine !== undefined) return "A persistence engine (--pe)";
  if (options.persistence !== undefined) return "Persistence (-p)";
  if (options.onePacket) return "One-packet scheduling (-o)";
  return options.schedulerFlags === 0 ? undefined : "A scheduler flag (-b)";
}

function inServer(server: ServerId): string | undefined {
  return familyOf(server.address) === 4 ? undefined : `IPv6 (${server.address})`;
}

function inMethod(options: ServerOptions): string | undefined {
  if (options.method === "nat") return "NAT (-m)";
  return options.method === "tun" ? "Tunnelling (-i)" : undefined;
}
