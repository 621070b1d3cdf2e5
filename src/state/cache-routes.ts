import { copyRoute } from "../datapath/cache-route.ts";
import type { View } from "../datapath/tables.ts";

/**
 * What lblc and lblcr remember of destinations is a service's as long as it has that scheduler:
 * ip_vs_lblc_init_svc() begins with nothing, whatever the record's service was before.
 */

/** A service under its record. */
interface Recorded {
  readonly rule: { readonly scheduler: string };
  readonly index: number;
}

/** A change of a service: what it was before, if it was there, and what it comes to. */
export interface Change {
  readonly before: Recorded | undefined;
  readonly after: Recorded;
}

/**
 * Makes the memory of services that are about to go live what it has to be: that of their old
 * record, or nothing. `now` in ticks.
 */
export function beginRoutes(view: View, changes: readonly Change[], now: number): void {
  const begun = new Set<number>();
  const heirs = new Map<number, number>();
  for (const { before, after } of changes) {
    if (!hasRoutes(after)) continue;
    const goesOn = before?.rule.scheduler === after.rule.scheduler;
    if (goesOn && before.index === after.index) continue;
    begun.add(after.index);
    if (goesOn) heirs.set(before.index, after.index);
  }
  forgetRoutes(view, begun);
  if (heirs.size === 0) return;
  const inherited = routesOf(view, heirs);
  for (const { route, service } of inherited) copyRoute(view, route, heirs.get(service)!, now);
}

/** Frees what is remembered for records that services have left. */
export function forgetRoutes(view: View, services: ReadonlySet<number>): void {
  if (services.size === 0) return;
  for (const { index } of routesOf(view, services)) view.cacheRoutes.set(index, "count", 0);
}

export function hasRoutes({ rule }: Recorded): boolean {
  return rule.scheduler === "lblc" || rule.scheduler === "lblcr";
}

/** A copy of each, since those that follow may take its place. */
function routesOf(view: View, services: { has(service: number): boolean }) {
  const { cacheRoutes } = view;
  const found: { index: number; service: number; route: Uint8Array }[] = [];
  for (let index = 0; index < cacheRoutes.count; index++) {
    if (cacheRoutes.get(index, "count") === 0) continue;
    const service = cacheRoutes.get(index, "service");
    if (services.has(service)) {
      found.push({ index, service, route: cacheRoutes.record(index).slice() });
    }
  }
  return found;
}
