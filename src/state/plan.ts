import type {
  Operation,
  Rules,
  Server,
  ServerOptions,
  Service,
  ServiceId,
  ServiceOptions,
} from "./rule.ts";
import { serviceName, socketAddress } from "./rule.ts";

/** Services by serviceName(), servers in IPVS's order: the newest first. */
export type ServiceMap = ReadonlyMap<string, Service>;

/** A step from what is to what should be, and what it does to those who are connected. */
export interface PlannedOperation {
  readonly operation: Operation;
  readonly risk?: "new-connections" | "connections";
}

/**
 * The operations that turn the observed rules into the desired ones. `applied` is what was desired
 * when rules were last written: what only it has goes, and what somebody has changed by hand since
 * stays, until the configuration or a server's health says something new about it. What somebody
 * has deleted comes back.
 */
export function planRules(
  desired: ServiceMap,
  applied: ServiceMap,
  observed: Rules,
): PlannedOperation[] {
  const plan: PlannedOperation[] = [];
  for (const [name, service] of applied) {
    if (desired.has(name) || !observed.services.has(name)) continue;
    plan.push({ operation: { kind: "delete-service", service: service.id }, risk: "connections" });
  }
  for (const [name, service] of desired) {
    const there = observed.services.get(name);
    if (there === undefined) {
      plan.push({
        operation: { kind: "add-service", service: service.id, options: serviceOptions(service) },
      });
    } else if (isNews(serviceOptions(service), applied.get(name), there, serviceOptions)) {
      plan.push({
        operation: { kind: "edit-service", service: service.id, options: serviceOptions(service) },
        risk: "new-connections",
      });
    }
    plan.push(...planServers(service, applied.get(name), there));
  }
  return plan;
}

/** Additions first, so that a service whose servers all change is never without one. */
function planServers(
  desired: Service,
  applied: Service | undefined,
  observed: Service | undefined,
): PlannedOperation[] {
  const before = byName(applied);
  const there = byName(observed);
  const wanted = byName(desired);
  const plan: PlannedOperation[] = [];
  // The oldest first: each that is added becomes the newest.
  for (const [name, server] of [...wanted].reverse()) {
    const now = there.get(name);
    if (now === undefined) {
      plan.push({ operation: serverOperation("add-server", desired.id, server) });
    } else if (isNews(serverOptions(server), before.get(name), now, serverOptions)) {
      const quiesces = server.weight === 0 && now.weight !== 0;
      const operation = serverOperation("edit-server", desired.id, server);
      plan.push(quiesces ? { operation, risk: "new-connections" } : { operation });
    }
  }
  for (const [name, { address, port }] of before) {
    if (wanted.has(name) || !there.has(name)) continue;
    const server = { address, port };
    plan.push({
      operation: { kind: "delete-server", service: desired.id, server },
      risk: "connections",
    });
  }
  return plan;
}

/** Whether what is desired is neither there nor what was desired before. */
function isNews<T, O>(
  desired: O,
  applied: T | undefined,
  observed: T,
  optionsOf: (of: T) => O,
): boolean {
  if (same(desired, optionsOf(observed))) return false;
  return applied === undefined || !same(desired, optionsOf(applied));
}

function serverOperation(
  kind: "add-server" | "edit-server",
  service: ServiceId,
  server: Server,
): Operation {
  const { address, port } = server;
  return { kind, service, server: { address, port }, options: serverOptions(server) };
}

function serviceOptions({ id: _, servers: __, ...options }: Service): ServiceOptions {
  return options;
}

function serverOptions({ address: _, port: __, ...options }: Server): ServerOptions {
  return options;
}

function byName(service: Service | undefined): Map<string, Server> {
  const servers = service?.servers ?? [];
  return new Map(servers.map((server) => [socketAddress(server.address, server.port), server]));
}

/** By value, whatever the order of the fields. */
function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const entries = Object.entries(a);
  return (
    entries.length === Object.keys(b).length &&
    entries.every(([key, value]) => same(value, (b as Record<string, unknown>)[key]))
  );
}

/** By serviceName(), for {@link planRules}. */
export function serviceMap(services: readonly Service[]): ServiceMap {
  return new Map(services.map((service) => [serviceName(service.id), service]));
}
