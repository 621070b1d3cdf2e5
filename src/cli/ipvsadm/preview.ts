import type { Counters, ListedService, Listing } from "../../daemon/api/director.ts";
import {
  type Operation,
  type Rules,
  type Server,
  type Service,
  serviceName,
  socketAddress,
} from "../../state/rule.ts";
import { applyOperations } from "../../state/rules.ts";

const NOTHING: Counters = {
  connections: 0n,
  inPackets: 0n,
  outPackets: 0n,
  inBytes: 0n,
  outBytes: 0n,
};

/**
 * The listing as it will be after operations that are not applied yet; undefined when one of them
 * will be refused. A listing in the midst of a restore shows what the lines above it ask for.
 */
export function preview(listing: Listing, operations: readonly Operation[]): Listing | undefined {
  const before = new Map(listing.services.map((service) => [serviceName(service.id), service]));
  const rules: Rules = { services: before, timeouts: listing.timeouts };
  const after = applyOperations(rules, operations);
  if (!after.ok) return undefined;
  const services = [...after.rules.services].map(([name, service]) =>
    listed(service, before.get(name)),
  );
  return { ...listing, timeouts: after.rules.timeouts, services };
}

function listed(service: Service, before: ListedService | undefined): ListedService {
  const known = new Map(before?.servers.map((server) => [nameOf(server), server]));
  return {
    ...service,
    counters: before?.counters ?? NOTHING,
    rates: before?.rates ?? NOTHING,
    servers: service.servers.map((server) => {
      const { active, inactive, persistent, counters, rates } = known.get(nameOf(server)) ?? {
        active: 0,
        inactive: 0,
        persistent: 0,
        counters: NOTHING,
        rates: NOTHING,
      };
      return { ...server, active, inactive, persistent, counters, rates };
    }),
  };
}

function nameOf(server: Server): string {
  return socketAddress(server.address, server.port);
}
