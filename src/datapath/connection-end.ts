import { clearWord, wordFlags, wordIsUsed, wordServer, wordState } from "./connection.ts";
import { FRESH, TICKS_PER_SECOND, TOUCHED } from "./constants.ts";
import { unbindLoad } from "./load.ts";
import { State, stateIsTemplate } from "./state.ts";
import type { View } from "./tables.ts";

/** When an entry of the connection table ends, and what ends with it (xdp/connection-end.h). */

/** IPVS gives a template that still controls connections so much more, again and again. */
export const TEMPLATE_EXTENSION = Math.round(60 * TICKS_PER_SECOND);

/**
 * A template whose service was taken away lives so long from its last connection: in IPVS each has
 * its own time, and is found again when the service comes back (IP_VS_PERSISTENT_TIMEOUT of the
 * kernel's uapi/linux/ip_vs.h).
 */
const TEMPLATE_ORPHANED = Math.round(360 * TICKS_PER_SECOND);

/** How long an entry lives without a packet, in ticks. */
export function connectionTimeout(view: View, index: number): number {
  const state = wordState(view, index);
  if (!stateIsTemplate(state)) return view.timeouts[state]!;
  const service = view.servers.get(wordServer(view, index), "service");
  const given = service < view.services.count ? view.services.get(service, "persistence") : 0;
  return given === 0 ? TEMPLATE_ORPHANED : given;
}

/** Whether the sweep would take the entry out, or extend a template. `now` in ticks. */
export function connectionOverdue(view: View, index: number, now: number): boolean {
  if (wordState(view, index) === State.REVERSE) return !forwardLives(view, index);
  if (wordFlags(view, index) & TOUCHED) return false;
  return connectionAge(view, index, now) > connectionTimeout(view, index);
}

/** Ticks since it was last seen. A template that was extended was last seen in the future. */
export function connectionAge(view: View, index: number, now: number): number {
  const seen = view.cold.get(index, "seen");
  const ahead = (seen - now) >>> 0;
  return ahead <= TEMPLATE_EXTENSION ? -ahead : (now - seen) >>> 0;
}

/** Whether nothing is lost when the entry goes. `now` in ticks. */
export function connectionExpired(view: View, index: number, now: number): boolean {
  return connectionOverdue(view, index, now) && !controls(view, index);
}

/** Whether the entry is a template with live connections. */
export function controls(view: View, index: number): boolean {
  return stateIsTemplate(wordState(view, index)) && view.cold.get(index, "control") !== 0;
}

/**
 * Takes the entry out; its server and its template lose it. A fresh one stays: who enters it would
 * publish what is gone.
 */
export function removeConnection(view: View, index: number): void {
  if (wordFlags(view, index) & FRESH) return;
  const state = wordState(view, index);
  const control = view.cold.get(index, "control");
  unbindLoad(view, wordServer(view, index), state);
  clearWord(view, index);
  if (control === 0 || stateIsTemplate(state) || state === State.REVERSE) return;
  view.cold.set(control - 1, "control", view.cold.get(control - 1, "control") - 1);
}

/** Whether the flow that a reverse entry leads to is still there. */
export function forwardLives(view: View, index: number): boolean {
  const forward = view.cold.get(index, "control") - 1;
  return (
    wordIsUsed(view, forward) &&
    wordServer(view, forward) === wordServer(view, index) &&
    view.cold.get(forward, "client_port") === view.cold.get(index, "client_port") &&
    view.cold
      .bytes(forward, "client")
      .every((byte, i) => byte === view.cold.bytes(index, "client")[i])
  );
}
