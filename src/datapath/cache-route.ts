import { CACHE_ROUTE_SERVERS, SERVER_AVAILABLE } from "./constants.ts";
import { cacheRoute } from "./layout.ts";
import { Records } from "./records.ts";
import type { View } from "./tables.ts";
import { readWords, sameWords, type Words, wordBytes } from "./tuple.ts";

/**
 * Which servers a destination goes to: the memory of lblc and lblcr, in one bounded table for all
 * services (xdp/cache-route.h). The kernel keeps a hash of its own per service and a collector;
 * here a destination that finds its places taken has that of the one that was not used for longest.
 */

const ROUTE_PROBES = 4;

/** The servers that the destination has, newest first; it counts as used then. `now` in ticks. */
export function recallRoute(
  view: View,
  service: number,
  address: Words,
  now: number,
): readonly number[] | undefined {
  const index = findRoute(view, service, address);
  if (index === undefined) return undefined;
  view.cacheRoutes.set(index, "used", now);
  const count = Math.min(view.cacheRoutes.get(index, "count"), CACHE_ROUTE_SERVERS);
  return Array.from(serversOf(view, index).subarray(0, count));
}

/** Ticks since the destination's set changed. */
export function routeAge(view: View, service: number, address: Words, now: number): number {
  const index = findRoute(view, service, address);
  return index === undefined ? 0 : (now - view.cacheRoutes.get(index, "changed")) >>> 0;
}

export function keepRoute(
  view: View,
  service: number,
  address: Words,
  servers: readonly number[],
  now: number,
): void {
  const { cacheRoutes } = view;
  const index = findRoute(view, service, address) ?? roomFor(view, service, address, now);
  cacheRoutes.set(index, "count", 0);
  cacheRoutes.bytes(index, "address").set(wordBytes(address));
  cacheRoutes.set(index, "service", service);
  cacheRoutes.set(index, "used", now);
  cacheRoutes.set(index, "changed", now);
  const kept = serversOf(view, index);
  kept.fill(0);
  kept.set(servers);
  cacheRoutes.set(index, "count", servers.length);
}

/** A route as its record lay in the table, again for another record of its service. */
export function copyRoute(view: View, record: Uint8Array, service: number, now: number): void {
  const route = new Records(cacheRoute, record.slice().buffer);
  route.set(0, "service", service);
  const address = addressOf(route, 0);
  const index = findRoute(view, service, address) ?? roomFor(view, service, address, now);
  view.cacheRoutes.record(index).set(route.record(0));
}

/**
 * Whether the server is one of the service's still, and not quiesced. The record of one that is
 * gone may be another service's by now.
 */
export function routeServes(view: View, service: number, server: number): boolean {
  const available = (view.servers.get(server, "flags") & SERVER_AVAILABLE) !== 0;
  const own = view.servers.get(server, "service") === service;
  return available && own && view.servers.get(server, "weight") > 0;
}

function findRoute(view: View, service: number, address: Words): number | undefined {
  for (const index of probes(view, service, address)) {
    const used = view.cacheRoutes.get(index, "count") !== 0;
    const own = used && view.cacheRoutes.get(index, "service") === service;
    if (own && sameWords(addressOf(view.cacheRoutes, index), address)) return index;
  }
  return undefined;
}

function addressOf(routes: Records<typeof cacheRoute>, index: number): Words {
  const bytes = routes.bytes(index, "address");
  return readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

/** A free place, or that of the destination that was not used for longest, the first of equals. */
function roomFor(view: View, service: number, address: Words, now: number): number {
  let best = 0;
  let longest = -1;
  for (const index of probes(view, service, address)) {
    if (view.cacheRoutes.get(index, "count") === 0) return index;
    const unused = (now - view.cacheRoutes.get(index, "used")) >>> 0;
    if (unused > longest) {
      longest = unused;
      best = index;
    }
  }
  return best;
}

function probes(view: View, service: number, address: Words): number[] {
  const { count } = view.cacheRoutes;
  const home = routeHome(view, service, address);
  return Array.from({ length: ROUTE_PROBES }, (_, i) => (home + i) % count);
}

/** Multiply-shift, keyed with the tables' secrets. */
function routeHome(view: View, service: number, address: Words): number {
  const keys = view.tables.hashKeys;
  const words = [...address, service];
  const sum = words.reduce(
    (h, word, i) => (h + Math.imul(word + keys[i]!, keys[i + 5]! | 1)) | 0,
    0,
  );
  return Math.floor(((sum >>> 0) * view.cacheRoutes.count) / 2 ** 32);
}

function serversOf(view: View, index: number): Uint16Array {
  const bytes = view.cacheRoutes.bytes(index, "servers");
  return new Uint16Array(bytes.buffer, bytes.byteOffset, CACHE_ROUTE_SERVERS);
}
