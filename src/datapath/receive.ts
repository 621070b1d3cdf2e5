import {
  connectionIs,
  connectionPlace,
  findConnection,
  findConnectionExact,
  type Place,
  wordFlags,
  wordServer,
  wordState,
} from "./connection.ts";
import {
  connectionIsOver,
  inputDirection,
  serverHasNoOutput,
  stateAfter,
  touchConnection,
} from "./connection-change.ts";
import { removeConnection } from "./connection-end.ts";
import { markCollisions } from "./connection-new.ts";
import { COLLIDES, SERVER_AVAILABLE, TICK_SHIFT } from "./constants.ts";
import { fragmentPorts } from "./fragment.ts";
import { leaseSilences } from "./lease.ts";
import { openConnection } from "./open.ts";
import { parsePacket } from "./packet.ts";
import { assureTemplate } from "./persistence.ts";
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, TCP_SYN } from "./protocol.ts";
import { countReason } from "./reasons.ts";
import { receiveRelated } from "./related.ts";
import { receiveReply } from "./reply.ts";
import type { View } from "./tables.ts";
import { type FindRoute, type Received, type Step, send, stop } from "./verdict.ts";

/**
 * The data path, executable specification of xdp/weir.bpf.c: packet, service, scheduler,
 * connection, forwarder. The tables are its state; they change in place, as they do under the
 * program.
 */
export interface Arrival {
  readonly frame: Uint8Array;
  /** The interface it came in on. */
  readonly ifindex: number;
}

/** One packet. `now` is CLOCK_MONOTONIC in ns. */
export function receive(
  view: View,
  arrival: Arrival,
  now: bigint,
  findRoute: FindRoute = () => undefined,
): Received {
  const frame = arrival.frame.slice();
  if (leaseSilences(view, frame, now)) return stop(view, frame, "no-lease");
  const parsed = parsePacket(view, frame, arrival.ifindex);
  if (typeof parsed === "string") return stop(view, frame, parsed);
  const ticks = toTicks(now);
  const packet = parsed.fragment === "none" ? parsed : fragmentPorts(view, parsed, ticks);
  if (packet === undefined) return stop(view, frame, "fragment");
  const step = { view, packet, frame, ifindex: arrival.ifindex, now, ticks, findRoute };
  const { protocol } = packet.tuple;
  if (protocol === IPPROTO_ICMP || protocol === IPPROTO_ICMPV6) return receiveRelated(step);
  return receiveReply(step) ?? receiveRequest(step);
}

/** Nanoseconds of the monotonic clock in the tables' unit of time. */
export function toTicks(now: bigint): number {
  return Number((now >> TICK_SHIFT) & 0xffff_ffffn);
}

/** A client's packet. */
function receiveRequest(step: Step): Received {
  const { view, packet } = step;
  const { tuple } = packet;
  const place = connectionPlace(view, tuple);
  // A SYN must know whose entry it meets; for other packets the tag is proof enough.
  const opening = tuple.protocol === IPPROTO_TCP && (packet.tcpFlags & TCP_SYN) !== 0;
  const find = opening ? findConnectionExact : findConnection;
  const { index, collisions } = find(view, tuple, place);
  if (index === undefined) {
    if (collisions > 0) markCollisions(view, place);
    return openConnection(step, place, collisions > 0);
  }
  return continueConnection(step, place, index);
}

/** A packet of a known connection: ip_vs_in_hook(). */
function continueConnection(step: Step, place: Place, index: number): Received {
  const { view, packet, frame } = step;
  const server = wordServer(view, index);
  const collides = (wordFlags(view, index) & COLLIDES) !== 0;
  const expireNodest = view.control.get(0, "expire_nodest_conn") !== 0;
  const from = wordState(view, index);
  if (packet.tcpFlags & TCP_SYN) {
    const quiesced = expireNodest && view.servers.get(server, "weight") === 0;
    const reuseMode = view.control.get(0, "conn_reuse_mode");
    if (quiesced || connectionIsOver(from, reuseMode, serverHasNoOutput(view, server))) {
      removeConnection(view, index);
      countReason(view, "rescheduled");
      return openConnection(step, place, collides);
    }
  }
  if ((view.servers.get(server, "flags") & SERVER_AVAILABLE) === 0) {
    // Without any service left the host's own stack gets all packets, and resets the connection.
    if (view.control.get(0, "idle") !== 0) return stop(view, frame, "not-a-service");
    // Only the flow's own packets end it, and not those of another that has its tag.
    const ends = expireNodest && connectionIs(view, packet.tuple, index);
    if (!ends) return stop(view, frame, "server-removed");
    removeConnection(view, index);
    return openConnection(step, place, collides);
  }
  const next = stateAfter(view, packet, inputDirection(view, server), from);
  if (touchConnection(view, packet.tuple, index, next, step.ticks)) {
    assureTemplate(view, index, next);
  }
  return send(step, server, "forwarded");
}
