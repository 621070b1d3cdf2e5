import { type Forwarded, forward } from "./forwarder.ts";
import { icmpError } from "./icmp-error.ts";
import type { Packet } from "./packet.ts";
import { type Reason, reasonIndex, type Verdict } from "./reason.ts";
import { countReason } from "./reasons.ts";
import type { View } from "./tables.ts";

/** The packet on its way through the stages, and how the way ends (xdp/verdict.h). */

/** Where the kernel would send a packet: what bpf_fib_lookup() answers. */
export interface Route {
  readonly ifindex: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
}

/**
 * The kernel's routes, for packets that go where the tables do not say: to clients. Undefined where
 * the kernel has to see the packet itself: no route, no neighbour yet, forwarding off; "too-big"
 * where the route's MTU is less than the packet.
 */
export type FindRoute = (packet: {
  readonly family: 4 | 6;
  /** 16 bytes, IPv4 mapped. */
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly length: number;
}) => Route | "too-big" | undefined;

export interface Step {
  readonly view: View;
  readonly packet: Packet;
  /** A copy of the frame, changed in place. */
  readonly frame: Uint8Array;
  /** The interface it came in on. */
  readonly ifindex: number;
  /** CLOCK_MONOTONIC in ns, and the same in ticks. */
  readonly now: bigint;
  readonly ticks: number;
  readonly findRoute: FindRoute;
}

export interface Received {
  readonly verdict: Verdict;
  readonly reason: Reason;
  /** The frame as it leaves, for "tx" and "redirect"; as it came (TTL perhaps less) otherwise. */
  readonly frame: Uint8Array;
  /** Where a redirected frame leaves. */
  readonly ifindex?: number;
}

const FIRST_PASS = reasonIndex("not-ip");
const LAST_PASS = reasonIndex("reply-up");

export function stop(view: View, frame: Uint8Array, reason: Reason): Received {
  countReason(view, reason);
  const index = reasonIndex(reason);
  const verdict = index >= FIRST_PASS && index <= LAST_PASS ? "pass" : "drop";
  return { verdict, reason, frame };
}

/** Counts the packet for its server and sends it there. */
export function send(step: Step, server: number, reason: Reason): Received {
  countPacket(step.view, server, step.packet.length);
  return answer(step, forward(step.view, step.packet, step.frame, server), reason);
}

export function countConnection(view: View, server: number): void {
  view.stats.setWord(server, "connections", view.stats.getWord(server, "connections") + 1n);
}

export function countPacket(view: View, server: number, length: number): void {
  const { stats } = view;
  stats.setWord(server, "in_packets", stats.getWord(server, "in_packets") + 1n);
  stats.setWord(server, "in_bytes", stats.getWord(server, "in_bytes") + BigInt(length));
}

export function answer(step: Step, forwarded: Forwarded, reason: Reason): Received {
  const { view, packet, frame } = step;
  switch (forwarded.kind) {
    case "stopped":
      return stop(view, frame, forwarded.reason);
    case "sent": {
      countReason(view, reason);
      const verdict = forwarded.ifindex === step.ifindex ? "tx" : "redirect";
      return { verdict, reason, frame: forwarded.frame, ifindex: forwarded.ifindex };
    }
    case "error": {
      const error = icmpError(view, packet, frame, forwarded, step.ticks);
      if (error === undefined) return stop(view, frame, "icmp-limited");
      countReason(view, forwarded.reason);
      return { verdict: "tx", reason: forwarded.reason, frame: error, ifindex: step.ifindex };
    }
  }
}
