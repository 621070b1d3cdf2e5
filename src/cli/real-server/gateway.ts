import { type Result, success } from "../../base/fault.ts";
import { run } from "../../kernel/linux/command.ts";
import { familyOf } from "../../wire/address.ts";
import {
  type RealServerRecord,
  type RecordedGateway,
  type RecordedRoute,
  type RecordedVip,
  writeRecord,
} from "./record.ts";
import { rememberRoute } from "./remember.ts";

/**
 * NAT's side of a real server: what it answers must come back through the director, which puts the
 * VIP in place of the server's address again. So the director is the gateway to where clients are.
 */

/** Words of a route that tell of its state now, and that `ip route replace` does not take. */
const STATE_WORDS = new Set(["linkdown", "dead", "offload", "trap", "rt_offload", "rt_trap"]);

/** The routes of the main table to exactly this network, a line each, the preferred one first. */
export async function routesTo(network: string, family: 4 | 6): Promise<Result<string[]>> {
  const output = await run("ip", [`-${family}`, "route", "show", "exact", network]);
  if (!output.ok) return output;
  const lines = output.value.split("\n").map((line) => line.trim());
  return success(lines.filter((line) => line !== "").toSorted((a, b) => metric(a) - metric(b)));
}

/** Whether the network is reached by this gateway before any other. */
export function leadsBy(routes: readonly string[], via: string): boolean {
  return routes[0] !== undefined && gatewayOf(routes[0]) === via;
}

export function gatewayOf(route: string): string | undefined {
  return /\bvia (?:inet6 )?(\S+)/.exec(route)?.[1];
}

/** A VIP that is up whose networks are reached by another director; a network has one gateway. */
export function otherGateway(
  { vips }: RealServerRecord,
  { director, networks }: RecordedGateway,
): RecordedVip | undefined {
  return vips.find(
    ({ gateway }) =>
      gateway !== undefined &&
      gateway.director !== director &&
      familyOf(gateway.director) === familyOf(director) &&
      gateway.networks.some((network) => networks.includes(network)),
  );
}

/** A route's words as `ip route replace` takes them. */
export function routeWords(route: string): string[] {
  const words = route.split(/\s+/).filter((word) => word !== "" && !STATE_WORDS.has(word));
  const expires = words.indexOf("expires");
  return expires === -1 ? words : words.toSpliced(expires, 2);
}

/**
 * Routes each network through the director. The record is written before each change.
 *
 * Faults: COMMAND_FAILED, above all where the director is on no network of this host.
 */
export async function openGateway(
  start: RealServerRecord,
  { director, networks }: RecordedGateway,
  link: string | undefined,
): Promise<Result<{ record: RealServerRecord; done: string[] }>> {
  const family = familyOf(director) ?? 4;
  let record = start;
  const done: string[] = [];
  for (const network of networks) {
    const before = await routesTo(network, family);
    if (!before.ok) return before;
    if (leadsBy(before.value, director)) continue;
    record = rememberRoute(record, { network, via: director, before: before.value });
    writeRecord(record);
    const where = link === undefined ? [] : ["dev", link];
    const words = [network, "via", director, ...where, ...preference(family)];
    const set = await run("ip", [`-${family}`, "route", "replace", ...words]);
    if (!set.ok) return set;
    done.push(`${network} by ${director} (was ${describeRoutes(before.value)})`);
  }
  return success({ record, done });
}

/**
 * Puts back what was there before `up`. A route that somebody has changed since is theirs, and
 * stays.
 */
export async function closeGateway({ network, via, before }: RecordedRoute): Promise<string> {
  const family = familyOf(via) ?? 4;
  const now = await routesTo(network, family);
  if (!now.ok) return now.fault.message;
  const ours = now.value.filter((route) => gatewayOf(route) === via);
  if (ours.length === 0) return `${network} is not by ${via} any more: it was changed after "up"`;
  // The old one takes the place of ours, where it had the same metric, without a gap.
  for (const route of before.filter((line) => !now.value.includes(line))) {
    const restored = await run("ip", [`-${family}`, "route", "replace", ...routeWords(route)]);
    if (!restored.ok) return restored.fault.message;
  }
  const words = [network, "via", via, ...preference(family)];
  const left = await routesTo(network, family);
  if (left.ok && left.value.some((route) => !before.includes(route) && gatewayOf(route) === via)) {
    const removed = await run("ip", [`-${family}`, "route", "del", ...words]);
    if (!removed.ok) return removed.fault.message;
  }
  return `${network} is ${describeRoutes(before)} again`;
}

/** IPv4 prefers metric 0, which is what a route has without one; IPv6 makes 1024 of it. */
function preference(family: 4 | 6): string[] {
  return family === 4 ? [] : ["metric", "1"];
}

function metric(route: string): number {
  return Number(/\bmetric (\d+)/.exec(route)?.[1] ?? 0);
}

function describeRoutes(routes: readonly string[]): string {
  const [first] = routes;
  if (first === undefined) return "not routed";
  const via = gatewayOf(first);
  return via === undefined ? `routed by "${first}"` : `by ${via}`;
}
