import {
  connectionPlace,
  findConnection,
  findConnectionExact,
  type Place,
  wordFlags,
  wordServer,
  wordState,
} from "./connection.ts";
import { connectionIsOver, endConnection, touchConnection } from "./connection-change.ts";
import { markCollisions, newConnection } from "./connection-new.ts";
import { type Forwarded, forward } from "./forwarder.ts";
import { icmpError } from "./icmp-error.ts";
import { COLLIDES, LEASE_FOREVER, SERVER_AVAILABLE, TICK_SHIFT, VIP_LOCAL } from "./layout.ts";
import { IPPROTO_TCP, type Packet, parsePacket, TCP_RST, TCP_SYN } from "./packet.ts";
import { type REASONS, type Reason, reasonIndex, type Verdict } from "./reason.ts";
import { countReason } from "./reasons.ts";
import { chooseServer, hashServer } from "./schedule.ts";
import { findService } from "./service.ts";
import { State } from "./state.ts";
import type { View } from "./tables.ts";

/**
 * The data path, executable specification of xdp/weir.bpf.c: packet, service, scheduler,
 * connection, forwarder. The tables are its state; they change in place, as they do under the
 * program.
 */
export interface Received {
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** The frame as it leaves, for "tx" and "redirect"; as it came (TTL perhaps less) otherwise. */
  readonly frame: Uint8Array;
  /** Where a redirected frame leaves. */
  readonly ifindex?: number;
}

export interface Arrival {
  readonly frame: Uint8Array;
  /** The interface it came in on. */
  readonly ifindex: number;
}

/** One packet. `now` is CLOCK_MONOTONIC in ns. */
export function receive(view: View, arrival: Arrival, now: bigint): Received {
  const frame = arrival.frame.slice();
  const packet = parsePacket(view, frame, arrival.ifindex);
  if (typeof packet === "string") return stop(view, frame, packet);
  const step = { view, packet, frame, ifindex: arrival.ifindex, now, ticks: toTicks(now) };
  const place = connectionPlace(view, packet);

  // A SYN must know whose entry it meets; for other packets the tag is proof enough.
  const opening = isTcp(packet) && (packet.tcpFlags & TCP_SYN) !== 0;
  const find = opening ? findConnectionExact : findConnection;
  const { index, collisions } = find(view, packet, place);
  if (index === undefined) {
    if (collisions > 0) markCollisions(view, place);
    return openConnection(step, place, collisions > 0);
  }
  return continueConnection(step, place, index);
}

/** Nanoseconds of the monotonic clock in the tables' unit of time. */
export function toTicks(now: bigint): number {
  return Number((now >> TICK_SHIFT) & 0xffff_ffffn);
}

interface Step {
  readonly view: View;
  readonly packet: Packet;
  readonly frame: Uint8Array;
  readonly ifindex: number;
  readonly now: bigint;
  readonly ticks: number;
}

/** A packet of a known connection: ip_vs_in_hook(). */
function continueConnection(step: Step, place: Place, index: number): Received {
  const { view, packet, frame } = step;
  if (!leaseHolds(step)) return stop(view, frame, "no-lease");
  const server = wordServer(view, index);
  const collides = (wordFlags(view, index) & COLLIDES) !== 0;
  const expireNodest = view.control.get(0, "expire_nodest_conn") !== 0;
  if (packet.tcpFlags & TCP_SYN) {
    const quiesced = expireNodest && view.servers.get(server, "weight") === 0;
    const reuseMode = view.control.get(0, "conn_reuse_mode");
    if (quiesced || connectionIsOver(wordState(view, index), reuseMode)) {
      endConnection(view, index);
      countReason(view, "rescheduled");
      return openConnection(step, place, collides);
    }
  }
  if ((view.servers.get(server, "flags") & SERVER_AVAILABLE) === 0) {
    // Without any service left the host's own stack gets all packets, and resets the connection.
    if (view.control.get(0, "idle") !== 0) return stop(view, frame, "not-a-service");
    if (!expireNodest) return stop(view, frame, "server-removed");
    endConnection(view, index);
    return openConnection(step, place, collides);
  }
  touchConnection(view, packet, index, step.ticks);
  return send(step, server, "forwarded");
}

/** A packet that belongs to no connection: a new one, or none of ours. */
function openConnection(step: Step, place: Place, collides: boolean): Received {
  const { view, packet, frame } = step;
  const found = findService(view, packet);
  if (found === undefined) return stop(view, frame, "not-a-service");
  if ((found.flags & VIP_LOCAL) === 0) return stop(view, frame, "vip-not-local");
  if (!leaseHolds(step)) return stop(view, frame, "no-lease");
  if (packet.firstFragment) return stop(view, frame, "fragment-of-service");
  if (!opens(view, packet)) {
    if (untrackedLately(step, found.service)) return sendUntracked(step, found.service, place);
    return stop(view, frame, "not-a-syn");
  }
  const server = chooseServer(view, found.service);
  if (server === undefined) return answer(step, { kind: "error", reason: "no-server" });
  const entry = { server, vip: found.vip, collides };
  if (!newConnection(view, packet, place, entry, step.ticks)) {
    view.services.set(found.service, "untracked", (step.ticks | 1) >>> 0);
    return sendUntracked(step, found.service, place);
  }
  view.stats.setWord(server, "connections", view.stats.getWord(server, "connections") + 1n);
  return send(step, server, "scheduled");
}

function sendUntracked(step: Step, service: number, place: Place): Received {
  const server = hashServer(step.view, service, place.tag);
  if (server === undefined) return answer(step, { kind: "error", reason: "no-server" });
  return send(step, server, "untracked");
}

/** Counts the packet for its server and sends it there. */
function send(step: Step, server: number, reason: Reason): Received {
  const { view, packet, frame } = step;
  const { stats } = view;
  stats.setWord(server, "in_packets", stats.getWord(server, "in_packets") + 1n);
  stats.setWord(server, "in_bytes", stats.getWord(server, "in_bytes") + BigInt(packet.length));
  return answer(step, forward(view, packet, frame, server), reason);
}

function answer(step: Step, forwarded: Forwarded, reason: Reason = "forwarded"): Received {
  const { view, packet, frame } = step;
  switch (forwarded.kind) {
    case "stopped":
      return stop(view, frame, forwarded.reason);
    case "sent": {
      countReason(view, reason);
      const verdict = forwarded.ifindex === step.ifindex ? "tx" : "redirect";
      return { verdict, reason, frame, ifindex: forwarded.ifindex };
    }
    case "error": {
      const error = icmpError(view, packet, frame, forwarded, step.ticks);
      if (error === undefined) return stop(view, frame, "icmp-limited");
      countReason(view, forwarded.reason);
      return { verdict: "tx", reason: forwarded.reason, frame: error, ifindex: step.ifindex };
    }
  }
}

const FIRST_PASS = reasonIndex("not-ip");
const LAST_PASS = reasonIndex("local-server");

function stop(view: View, frame: Uint8Array, reason: (typeof REASONS)[number]): Received {
  countReason(view, reason);
  const index = reasonIndex(reason);
  const verdict = index >= FIRST_PASS && index <= LAST_PASS ? "pass" : "drop";
  return { verdict, reason, frame };
}

function leaseHolds({ view, now }: Step): boolean {
  const lease = view.control.getWord(0, "lease");
  return lease === LEASE_FOREVER || lease > now;
}

/** tcp_conn_schedule(): only a SYN opens a connection, unless sloppy_tcp lets all but a RST. */
function opens(view: View, packet: Packet): boolean {
  if (!isTcp(packet)) return true;
  if (packet.tcpFlags & TCP_RST) return false;
  return (packet.tcpFlags & TCP_SYN) !== 0 || view.control.get(0, "sloppy_tcp") !== 0;
}

/** How long after the last flow without an entry a packet without one may belong to such a flow. */
function untrackedLately({ view, ticks }: Step, service: number): boolean {
  const last = view.services.get(service, "untracked");
  // The lowest bit only says that it is set: with it the time may be a tick ahead of the clock.
  return last !== 0 && (ticks - (last & ~1)) >>> 0 < view.timeouts[State.ESTABLISHED]!;
}

function isTcp(packet: Packet): boolean {
  return packet.protocol === IPPROTO_TCP;
}
