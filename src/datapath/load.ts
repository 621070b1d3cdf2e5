import { State, stateIsActive, stateIsTemplate } from "./state.ts";
import type { View } from "./tables.ts";

/** What a real server carries: the counts by which it is scheduled (xdp/load.h). */

/** ip_vs_bind_dest(): a server at its upper threshold takes no more. */
export function bindLoad(view: View, server: number, state: number): void {
  const total = change(view, server, state, 1);
  const upper = view.servers.get(server, "upper_threshold");
  if (upper !== 0 && total >= upper) view.loads.set(server, "overloaded", 1);
}

/**
 * ip_vs_unbind_dest(): it takes some again below the lower threshold, or, without one, below three
 * quarters of the upper.
 */
export function unbindLoad(view: View, server: number, state: number): void {
  const total = change(view, server, state, -1);
  const upper = view.servers.get(server, "upper_threshold");
  const lower = view.servers.get(server, "lower_threshold");
  const recovers = lower !== 0 ? total < lower : upper !== 0 ? total * 4 < upper * 3 : true;
  if (recovers) view.loads.set(server, "overloaded", 0);
}

export function moveLoad(view: View, server: number, from: number, to: number): void {
  if (stateIsActive(from) === stateIsActive(to)) return;
  change(view, server, from, -1);
  change(view, server, to, 1);
}

/** ip_vs_dest_conn_overhead(): an active connection weighs 257, an inactive one 1. */
export function loadOverhead(view: View, server: number): number {
  const active = view.loads.get(server, "active");
  return active * 256 + active + view.loads.get(server, "inactive");
}

/** The total after the change. Templates are counted apart, reverse entries not at all. */
function change(view: View, server: number, state: number, by: number): number {
  if (state !== State.REVERSE) {
    const field = fieldOf(state);
    view.loads.set(server, field, view.loads.get(server, field) + by);
  }
  return view.loads.get(server, "active") + view.loads.get(server, "inactive");
}

function fieldOf(state: number): "active" | "inactive" | "persistent" {
  if (stateIsTemplate(state)) return "persistent";
  return stateIsActive(state) ? "active" : "inactive";
}
