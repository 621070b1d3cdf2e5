import {
  connectionIs,
  setWord,
  setWordFlags,
  wordFlags,
  wordServer,
  wordState,
  wordTag,
} from "./connection.ts";
import { METHOD_NAT, SERVER_LOCAL, TOUCHED } from "./constants.ts";
import { moveLoad } from "./load.ts";
import type { Packet } from "./packet.ts";
import { type Direction, nextState, State } from "./state.ts";
import type { View } from "./tables.ts";
import type { Tuple } from "./tuple.ts";

/** What a packet does to the entry it belongs to (xdp/connection-change.h). */

/**
 * is_new_conn_expected(): a SYN on an entry that is over opens a new connection, scheduled anew.
 * Bit 1 covers FIN_WAIT too, for entries that never see an answer (NOOUTPUT): all but NAT's.
 */
export function connectionIsOver(state: number, reuseMode: number, noOutput: boolean): boolean {
  if (reuseMode === 0) return false;
  if (state === State.TIME_WAIT || state === State.CLOSE) return true;
  return (reuseMode & 2) !== 0 && noOutput && state === State.FIN_WAIT;
}

/** Whether the server's answers do not come by here: IP_VS_CONN_F_NOOUTPUT. */
export function serverHasNoOutput(view: View, server: number): boolean {
  if (view.servers.get(server, "flags") & SERVER_LOCAL) return true;
  return view.servers.get(server, "method") !== METHOD_NAT;
}

/** Of a client's packet to this server. */
export function inputDirection(view: View, server: number): Direction {
  return serverHasNoOutput(view, server) ? "input-only" : "input";
}

/** The state that a packet brings a connection to. A later fragment says nothing of it. */
export function stateAfter(
  view: View,
  packet: Packet,
  direction: Direction,
  state: number,
): number {
  if (packet.fragment === "later") return state;
  const secure = view.control.get(0, "secure_tcp") !== 0;
  const { tcpFlags, tuple } = packet;
  return nextState({ protocol: tuple.protocol, tcpFlags, direction, secure }, state);
}

/**
 * Moves the entry of `tuple` to the next state, or marks that it was seen. `now` in ticks. Says
 * whether the state is another one.
 */
export function touchConnection(
  view: View,
  tuple: Tuple,
  index: number,
  next: number,
  now: number,
): boolean {
  const from = wordState(view, index);
  const flags = wordFlags(view, index) | TOUCHED;
  if (next === from) {
    setWordFlags(view, index, flags);
    return false;
  }
  // A tag proves much, the cold record all: only the flow's own packets change its state.
  if (!connectionIs(view, tuple, index)) return false;
  const server = wordServer(view, index);
  setWord(view, index, { tag: wordTag(view, index), server, state: next, flags });
  view.cold.set(index, "seen", now);
  moveLoad(view, server, from, next);
  return true;
}
