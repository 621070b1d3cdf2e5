import { assert, unreachable } from "../../base/assert.ts";
import { failure, type Result, success } from "../../base/fault.ts";
import type {
  Operation,
  ServerId,
  ServerOptions,
  ServiceId,
  ServiceOptions,
} from "../../state/rule.ts";
import type { Draft } from "./draft.ts";
import { checkTunnel } from "./legality.ts";
import type { OptionName } from "./options.ts";
import type { ListingColumns, Request } from "./request.ts";
import { parseSchedulerFlags } from "./scheduler-flags.ts";

const DEFAULT_SCHEDULER = "wlc";
const TUNNEL_OPTIONS: readonly OptionName[] = [
  "tun-type",
  "tun-port",
  "tun-nocsum",
  "tun-csum",
  "tun-remcsum",
];

/** The request of a draft whose options are legal. Fault: USAGE for what does not go together. */
export function requestOf(draft: Draft): Result<Request> {
  switch (draft.command) {
    case "add-service":
    case "edit-service":
      return serviceChange(draft, draft.command);
    case "add-server":
    case "edit-server":
      return serverChange(draft, draft.command);
    case "delete-service":
      return change({ kind: draft.command, service: serviceOf(draft) });
    case "delete-server":
      return change({ kind: draft.command, service: serviceOf(draft), server: serverOf(draft) });
    case "flush":
      return change({ kind: "clear" });
    case "zero":
      return change({ kind: "zero", ...optionalService(draft) });
    case "set":
      assert(draft.timeouts !== undefined, "--set has read its values");
      return change({ kind: "set-timeouts", timeouts: draft.timeouts });
    case "list":
      return listing(draft);
    case "save":
      return success({ kind: "save", numeric: draft.used.has("numeric") });
    case "restore":
    case "help":
    case "version":
      return success({ kind: draft.command });
    case "start-daemon":
    case "stop-daemon":
      assert(draft.role !== undefined, "the daemon's role has been read");
      return success({ kind: draft.command, role: draft.role });
    default:
      return unreachable(draft.command);
  }
}

function change(operation: Operation): Result<Request> {
  return success({ kind: "change", operation });
}

function serviceOf(draft: Draft): ServiceId {
  const { mark, family, protocol, address, port } = draft;
  assert(family !== undefined && protocol !== undefined, "a service has been read");
  if (mark !== 0) return { kind: "mark", mark, family };
  return { kind: "address", protocol, address, port };
}

function optionalService(draft: Draft): { service?: ServiceId } {
  return draft.used.has("service-address") ? { service: serviceOf(draft) } : {};
}

function serverOf(draft: Draft): ServerId {
  assert(draft.server !== undefined, "a server has been read");
  return { address: draft.server.address, port: draft.server.port };
}

function serviceChange(draft: Draft, kind: "add-service" | "edit-service"): Result<Request> {
  const service = serviceOf(draft);
  // -b is read against the scheduler as typed: with the default one only flag-1 to flag-3 will do.
  const flags = parseSchedulerFlags(draft.schedulerFlags ?? "", draft.scheduler);
  if (!flags.ok) return flags;
  if (service.kind === "address") {
    if (service.port === 0 && draft.seconds === undefined) {
      return failure("USAGE", "Zero port specified for non-persistent service");
    }
    if (draft.onePacket && service.protocol !== "udp") {
      return failure("USAGE", "One-Packet Scheduling is only for UDP virtual services");
    }
  }
  const { seconds, mask, engine } = draft;
  const options: ServiceOptions = {
    scheduler: draft.scheduler === "" ? DEFAULT_SCHEDULER : draft.scheduler,
    onePacket: draft.onePacket,
    schedulerFlags: flags.value,
    ...(seconds === undefined ? {} : { persistence: { seconds, mask } }),
    ...(engine === undefined || engine === "" ? {} : { engine }),
  };
  return change({ kind, service, options });
}

function serverChange(draft: Draft, kind: "add-server" | "edit-server"): Result<Request> {
  const { method, used } = draft;
  if (draft.server?.family !== draft.family && method !== "tun") {
    const message = "Different address family is allowed only for tunneling servers";
    return failure("USAGE", message);
  }
  if (method !== "tun" && TUNNEL_OPTIONS.some((option) => used.has(option))) {
    return failure("USAGE", "Tunnel options conflict with forward method");
  }
  const legal = checkTunnel(draft.tunnelType, used);
  if (method === "tun" && !legal.ok) return legal;
  const options: ServerOptions = {
    method,
    weight: draft.weight,
    upperThreshold: draft.upperThreshold,
    lowerThreshold: draft.lowerThreshold,
    ...(method === "tun" ? { tunnel: tunnelOf(draft) } : {}),
  };
  return change({ kind, service: serviceOf(draft), server: serverOf(draft), options });
}

function tunnelOf(draft: Draft): NonNullable<ServerOptions["tunnel"]> {
  const { tunnelType: type, tunnelPort: port, used } = draft;
  if (used.has("tun-remcsum")) return { type, port, checksum: "remcsum" };
  return { type, port, checksum: used.has("tun-csum") ? "csum" : "nocsum" };
}

/** Of several formats ipvsadm takes the first of these. */
const COLUMNS: readonly ListingColumns[] = [
  "stats",
  "rate",
  "thresholds",
  "persistent-conn",
  "tun-info",
];

function listing(draft: Draft): Result<Request> {
  const has = (...options: readonly OptionName[]) =>
    options.some((option) => draft.used.has(option));
  const other = has("connection", "timeout", "daemon");
  if (
    (other && has("stats", "rate", "thresholds")) ||
    (has("timeout", "daemon") && has("persistent-conn"))
  ) {
    return failure("USAGE", "options conflicts in the list command");
  }
  const columns = COLUMNS.find((column) => column !== "default" && has(column)) ?? "default";
  return success({
    kind: "list",
    subject: subjectOf(has),
    engines: has("persistent-conn"),
    ...optionalService(draft),
    style: {
      columns,
      numeric: has("numeric"),
      exact: has("exact"),
      sorted: !has("nosort"),
      json: has("json"),
    },
  });
}

function subjectOf(has: (option: OptionName) => boolean) {
  if (has("connection")) return "connections";
  if (has("timeout")) return "timeouts";
  return has("daemon") ? "daemons" : "services";
}
