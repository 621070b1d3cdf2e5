import {
  clearWord,
  connectionIs,
  setWord,
  setWordFlags,
  wordFlags,
  wordServer,
  wordState,
  wordTag,
} from "./connection.ts";
import { TOUCHED } from "./layout.ts";
import { moveLoad, unbindLoad } from "./load.ts";
import type { Packet } from "./packet.ts";
import { nextState, State } from "./state.ts";
import type { View } from "./tables.ts";

/** What a packet does to the entry it belongs to (xdp/connection-change.h). */

/**
 * is_new_conn_expected(): a SYN on an entry that is over opens a new connection, scheduled anew.
 * Entries of DR never see an answer (NOOUTPUT), so for them bit 1 covers FIN_WAIT too.
 */
export function connectionIsOver(state: number, reuseMode: number): boolean {
  if (reuseMode === 0) return false;
  if (state === State.TIME_WAIT || state === State.CLOSE) return true;
  return (reuseMode & 2) !== 0 && state === State.FIN_WAIT;
}

/** ip_vs_conn_expire_now(): takes the entry out and gives back its share. */
export function endConnection(view: View, index: number): void {
  unbindLoad(view, wordServer(view, index), wordState(view, index));
  clearWord(view, index);
}

/**
 * Moves the entry to the state that the packet brings, or marks that it was seen. `now` in ticks.
 */
export function touchConnection(view: View, packet: Packet, index: number, now: number): void {
  const from = wordState(view, index);
  const next = nextState(packet, from);
  const flags = wordFlags(view, index) | TOUCHED;
  if (next === from) {
    setWordFlags(view, index, flags);
    return;
  }
  // A tag proves much, the cold record all: only the flow's own packets change its state.
  if (!connectionIs(view, packet, index)) return;
  const server = wordServer(view, index);
  setWord(view, index, { tag: wordTag(view, index), server, state: next, flags });
  view.cold.set(index, "seen", now);
  moveLoad(view, server, from, next);
}
