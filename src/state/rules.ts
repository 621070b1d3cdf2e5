import type { Fault, Result } from "../base/fault.ts";
import { success } from "../base/fault.ts";
import {
  type Operation,
  type Rules,
  type Server,
  type ServerId,
  type ServerOptions,
  type Service,
  type ServiceId,
  serviceName,
  socketAddress,
  type Timeouts,
} from "./rule.ts";
import { addressFault, fault, noSuchService, serverFault, serviceFault } from "./rule-faults.ts";

/**
 * What a batch came to: the new rules with the names of the services that are not as they were, or
 * the index and the fault of its first bad operation.
 */
export type BatchResult =
  | { readonly ok: true; readonly rules: Rules; readonly touched: ReadonlySet<string> }
  | { readonly ok: false; readonly operation: number; readonly fault: Fault };

/** IPVS's own defaults, in seconds (ip_vs_proto_tcp.c, ip_vs_proto_udp.c). */
export const DEFAULT_TIMEOUTS: Timeouts = { tcp: 900, tcpFin: 120, udp: 300 };

export const EMPTY_RULES: Rules = { services: new Map(), timeouts: DEFAULT_TIMEOUTS };

/** A service under change. Its servers are oldest first here, so that adding one is an append. */
interface Draft {
  service: Omit<Service, "servers">;
  readonly servers: Map<string, Server>;
}

/**
 * The rules under change: copied once for a batch; a service becomes a draft when it is touched.
 */
interface Work {
  readonly services: Map<string, Service | Draft>;
  readonly touched: Set<string>;
  timeouts: Timeouts;
}

/** One change; see {@link applyOperations}. */
export function applyOperation(rules: Rules, operation: Operation): Result<Rules> {
  const result = applyOperations(rules, [operation]);
  return result.ok ? success(result.rules) : { ok: false, fault: result.fault };
}

/**
 * Applies a batch, all or nothing, with the semantics of IPVS (net/netfilter/ipvs/ip_vs_ctl.c):
 * the newest server is first, an edit keeps the place and resets what it does not name, a deleted
 * service takes its servers along. "zero" only asks whether its service exists: counters are not
 * rules. The rules given stay as they are.
 */
export function applyOperations(rules: Rules, operations: readonly Operation[]): BatchResult {
  const { timeouts } = rules;
  const work: Work = { services: new Map(rules.services), touched: new Set(), timeouts };
  for (const [at, operation] of operations.entries()) {
    const bad = apply(work, operation);
    if (bad !== undefined) return { ok: false, operation: at, fault: bad };
  }
  for (const name of work.touched) {
    const entry = work.services.get(name);
    if (entry !== undefined && isDraft(entry)) work.services.set(name, finished(entry));
  }
  return {
    ok: true,
    rules: { services: work.services as Map<string, Service>, timeouts: work.timeouts },
    touched: work.touched,
  };
}

function apply(work: Work, operation: Operation): Fault | undefined {
  switch (operation.kind) {
    case "add-service":
      return addService(work, operation);
    case "edit-service":
      return editService(work, operation);
    case "delete-service":
      return deleteService(work, operation.service);
    case "clear":
      for (const name of work.services.keys()) work.touched.add(name);
      work.services.clear();
      return undefined;
    case "add-server":
    case "edit-server":
      return putServer(work, operation);
    case "delete-server":
      return deleteServer(work, operation.service, operation.server);
    case "set-timeouts":
      work.timeouts = changedTimeouts(work.timeouts, operation.timeouts);
      return undefined;
    case "zero":
      return operation.service === undefined || work.services.has(serviceName(operation.service))
        ? undefined
        : noSuchService(operation.service);
  }
}

type ServiceChange = Extract<Operation, { kind: "add-service" | "edit-service" }>;
type ServerChange = Extract<Operation, { kind: "add-server" | "edit-server" }>;

function addService(work: Work, { service: id, options }: ServiceChange): Fault | undefined {
  const name = serviceName(id);
  if (work.services.has(name)) return fault("SERVICE_EXISTS", `${name} is a service already`);
  const bad = serviceFault(id, options);
  if (bad !== undefined) return bad;
  work.services.set(name, { service: { ...options, id }, servers: new Map() });
  work.touched.add(name);
  return undefined;
}

function deleteService(work: Work, id: ServiceId): Fault | undefined {
  const name = serviceName(id);
  work.touched.add(name);
  return work.services.delete(name) ? undefined : noSuchService(id);
}

function editService(work: Work, { service: id, options }: ServiceChange): Fault | undefined {
  const draft = draftOf(work, id);
  if (draft === undefined) return noSuchService(id);
  const bad = serviceFault(id, options);
  if (bad !== undefined) return bad;
  draft.service = { ...options, id };
  return undefined;
}

function putServer(work: Work, change: ServerChange): Fault | undefined {
  const draft = draftOf(work, change.service);
  if (draft === undefined) return noSuchService(change.service);
  const server = withServicePort(change.service, change.server, change.options);
  const bad = serverFault(change.service, server, change.options);
  if (bad !== undefined) return bad;
  const name = socketAddress(server.address, server.port);
  const exists = draft.servers.has(name);
  if (change.kind === "add-server") {
    if (exists) return fault("SERVER_EXISTS", `${name} is a server of the service already`);
    const unfit = addressFault(server.address);
    if (unfit !== undefined) return unfit;
  } else if (!exists) {
    return noSuchServer(change.service, name);
  }
  draft.servers.set(name, { ...change.options, ...server });
  return undefined;
}

function deleteServer(work: Work, id: ServiceId, server: ServerId): Fault | undefined {
  const draft = draftOf(work, id);
  if (draft === undefined) return noSuchService(id);
  const name = socketAddress(server.address, server.port);
  return draft.servers.delete(name) ? undefined : noSuchServer(id, name);
}

/**
 * DR and TUN leave the packet's port alone, so that the server's is the service's (ipvsadm(8) -r).
 */
function withServicePort(service: ServiceId, server: ServerId, options: ServerOptions): ServerId {
  const keepsPort = options.method !== "nat" && service.kind === "address";
  return { address: server.address, port: keepsPort ? service.port : server.port };
}

/** A timeout of 0 keeps the one in force (ipvsadm(8) --set). */
function changedTimeouts(now: Timeouts, asked: Timeouts): Timeouts {
  return {
    tcp: asked.tcp === 0 ? now.tcp : asked.tcp,
    tcpFin: asked.tcpFin === 0 ? now.tcpFin : asked.tcpFin,
    udp: asked.udp === 0 ? now.udp : asked.udp,
  };
}

function noSuchServer(service: ServiceId, name: string): Fault {
  return fault("NO_SUCH_SERVER", `${name} is not a server of ${serviceName(service)}`);
}

function draftOf(work: Work, id: ServiceId): Draft | undefined {
  const name = serviceName(id);
  const entry = work.services.get(name);
  if (entry === undefined || isDraft(entry)) return entry;
  const { servers, ...service } = entry;
  const oldestFirst = servers
    .toReversed()
    .map((server): [string, Server] => [socketAddress(server.address, server.port), server]);
  const draft = { service, servers: new Map(oldestFirst) };
  work.services.set(name, draft);
  work.touched.add(name);
  return draft;
}

function isDraft(entry: Service | Draft): entry is Draft {
  return "service" in entry;
}

function finished(draft: Draft): Service {
  return { ...draft.service, servers: [...draft.servers.values()].reverse() };
}
