import { keepRoute, recallRoute, routeAge, routeServes } from "./cache-route.ts";
import { loadOverhead } from "./load.ts";
import { memberMayTake, type Pool, readPool } from "./pool.ts";
import type { Destination, Flow, Memory } from "./scheduler.ts";
import { SCHEDULERS } from "./schedulers.ts";
import type { View } from "./tables.ts";

/** The server of a new connection, or undefined when none may take it. */
export function chooseServer(view: View, service: number, flow: Flow): number | undefined {
  const pool = readPool(view, service);
  const scheduler = SCHEDULERS[pool.header.scheduler];
  if (scheduler === undefined || pool.members.length === 0) return undefined;
  const choice = scheduler.choose({
    pool,
    memory: readMemory(view, service, pool),
    mayTake: (member) => memberMayTake(view, pool, member),
    overhead: (server) => loadOverhead(view, server),
    active: (server) => view.loads.get(server, "active"),
    flow,
    weight: (server) => view.servers.get(server, "weight"),
    serves: (server) => routeServes(view, service, server),
    isOverloaded: (server) => view.loads.get(server, "overloaded") !== 0,
    destination: destinationOf(view, service, flow),
  });
  if (choice === undefined) return undefined;
  writeMemory(view, service, pool, choice.memory);
  return choice.server;
}

function destinationOf(view: View, service: number, { tuple, now }: Flow): Destination {
  const address = tuple.virtual;
  return {
    recall: () => recallRoute(view, service, address, now),
    age: () => routeAge(view, service, address, now),
    keep: (servers) => keepRoute(view, service, address, servers, now),
    expiration: view.control.get(0, "lblcr_expiration"),
  };
}

/**
 * The server of a flow that finds no room in the table: by its tag alone, so that all its packets
 * go to the same server as long as the pool stays as it is.
 */
export function hashServer(view: View, service: number, tag: number): number | undefined {
  const pool = readPool(view, service);
  const count = pool.members.length;
  const start = Number((BigInt(tag) * BigInt(count)) >> 32n);
  for (let i = 0; i < count; i++) {
    const member = pool.members[(start + i) % count]!;
    if (memberMayTake(view, pool, member)) return member.server;
  }
  return undefined;
}

/** After a flip the memory is about another pool, and the new pool's header says where to go on. */
export function readMemory(view: View, service: number, pool: Pool): Memory {
  const word = view.services.getWord(service, "scheduler_state");
  if (Number(word >> 48n) !== (pool.header.generation & 0xffff)) {
    return { cursor: pool.header.startCursor, weight: pool.header.startWeight };
  }
  return { cursor: Number(word & 0x1ffffn), weight: Number((word >> 17n) & 0x7fff_ffffn) };
}

function writeMemory(view: View, service: number, pool: Pool, memory: Memory): void {
  const word =
    (BigInt(pool.header.generation & 0xffff) << 48n) |
    (BigInt(memory.weight) << 17n) |
    BigInt(memory.cursor);
  view.services.setWord(service, "scheduler_state", word);
}
