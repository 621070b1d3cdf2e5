import { leaseAllows } from "./lease.ts";
import type { NatFlow } from "./nat-servers.ts";
import { ETHERNET_HEADER, type Packet } from "./packet.ts";
import type { Reason } from "./reason.ts";
import { countReason } from "./reasons.ts";
import type { View } from "./tables.ts";
import { decrementTimeToLive, timeToLive } from "./time-to-live.ts";
import { wordBytes } from "./tuple.ts";
import { type Received, type Route, type Step, stop } from "./verdict.ts";

/**
 * Packets that go to clients (xdp/to-client.h). The tables say nothing of the way there; the kernel
 * is asked, and where it does not know the way at once the packet goes up and is routed there.
 */

/** Sends a server's packet of a flow on to the client, after `change` has put the VIP into it. */
export function sendToClient(
  step: Step,
  flow: NatFlow,
  reason: Reason,
  change: () => void,
): Received {
  const { view, packet, frame } = step;
  if (!leaseAllows(view, flow.virtual.address, step.now)) return stop(view, frame, "no-lease");
  // ip_forward() comes before IPVS, so that the server hears of its own packet what cannot go.
  if (timeToLive(packet, frame) <= 1) return stop(view, frame, "reply-up");
  const route = step.findRoute({
    family: packet.tuple.family,
    source: wordBytes(flow.virtual.address),
    destination: wordBytes(packet.tuple.virtual),
    length: packet.length,
  });
  if (route === "too-big" && !mayFragment(packet, frame)) return stop(view, frame, "reply-up");
  change();
  countAnswer(view, flow.server, packet.length);
  if (route === "too-big" || !isOurs(view, route)) return stop(view, frame, "reply-up");
  decrementTimeToLive(packet, frame);
  return leaveFor(step, frame, route, reason);
}

/** A frame of the director's own making; see {@link sendToClient}. */
export function sendOwn(step: Step, frame: Uint8Array, reason: Reason, route: Way): Received {
  const { view } = step;
  if (route === "too-big" || !isOurs(view, route)) return stop(view, frame, "reply-up");
  return leaveFor(step, frame, route, reason);
}

export type Way = ReturnType<Step["findRoute"]>;

/** ip_vs_out_stats() */
export function countAnswer(view: View, server: number, length: number): void {
  const { stats } = view;
  stats.setWord(server, "out_packets", stats.getWord(server, "out_packets") + 1n);
  stats.setWord(server, "out_bytes", stats.getWord(server, "out_bytes") + BigInt(length));
}

function leaveFor(step: Step, frame: Uint8Array, route: Route, reason: Reason): Received {
  frame.set(route.destination, 0);
  frame.set(route.source, 6);
  countReason(step.view, reason);
  const { ifindex } = route;
  return { verdict: ifindex === step.ifindex ? "tx" : "redirect", reason, frame, ifindex };
}

/** Frames leave by the interfaces that frames come in on: only those are sure to take them. */
function isOurs(view: View, route: Route | undefined): route is Route {
  if (route === undefined) return false;
  return view.ifaces.get(route.ifindex % view.ifaces.count, "ifindex") === route.ifindex;
}

/** RFC 791: unless DF is set. IPv6 leaves it to the sender. */
function mayFragment(packet: Packet, frame: Uint8Array): boolean {
  return packet.tuple.family === 4 && (frame[ETHERNET_HEADER + 6]! & 0x40) === 0;
}
