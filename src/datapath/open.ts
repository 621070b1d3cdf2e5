import type { Place } from "./connection.ts";
import { inputDirection, stateAfter } from "./connection-change.ts";
import { newConnection } from "./connection-new.ts";
import { METHOD_NAT, SERVICE_ONE_PACKET, VIP_LOCAL } from "./constants.ts";
import { leaseOf } from "./lease.ts";
import { controlConnection, restartTemplate, schedulePersistent } from "./persistence.ts";
import { IPPROTO_TCP, TCP_RST, TCP_SYN } from "./protocol.ts";
import { answersByReverse, enterReverse } from "./reverse.ts";
import { chooseServer, hashServer } from "./schedule.ts";
import { type FoundService, findService } from "./service.ts";
import { State } from "./state.ts";
import type { View } from "./tables.ts";
import { answer, countConnection, type Received, type Step, send, stop } from "./verdict.ts";

/** A packet that belongs to no connection: a new one, or none of ours (xdp/open.h). */
export function openConnection(step: Step, place: Place, collides: boolean): Received {
  const { view, frame } = step;
  const found = findService(view, step.packet, step.ifindex);
  if (found === undefined) return stop(view, frame, "not-a-service");
  // Who holds the lease need not wait for the kernel to have the address.
  if ((found.flags & VIP_LOCAL) === 0 && leaseOf(view, step.packet.tuple.virtual) === 0) {
    return stop(view, frame, "vip-not-local");
  }
  if (!opens(step)) {
    if (untrackedLately(view, found.service, step.ticks)) return sendUntracked(step, found, place);
    return stop(view, frame, "not-a-syn");
  }
  return schedule(step, found, place, collides);
}

/** ip_vs_schedule() */
function schedule(step: Step, found: FoundService, place: Place, collides: boolean): Received {
  const { view, packet, ticks } = step;
  const { service } = found;
  const flow = { tuple: packet.tuple, tag: place.tag, now: ticks };
  const { server, template } =
    view.services.get(service, "persistence") === 0
      ? { server: chooseServer(view, service, flow) }
      : schedulePersistent(view, service, flow);
  if (server === undefined) return refuseService(step);
  if (view.services.get(service, "service_flags") & SERVICE_ONE_PACKET) {
    if (template !== undefined) restartTemplate(view, template, ticks);
    countConnection(view, server);
    return send(step, server, "one-packet");
  }
  const state = stateAfter(view, packet, inputDirection(view, server), State.NONE);
  const control = template === undefined ? 0 : template + 1;
  const entry = { server, vip: found.vip, state, collides, control };
  const entered = newConnection(view, packet.tuple, place, entry, ticks);
  if (entered === "refused") {
    view.services.set(service, "refused", ticks);
    return stop(view, step.frame, "refused");
  }
  if (entered === "full") {
    view.services.set(service, "untracked", (ticks | 1) >>> 0);
    return sendUntracked(step, found, place);
  }
  if (template !== undefined) controlConnection(view, template, state, ticks);
  if (isNat(view, server) && answersByReverse(view, service, server)) {
    const reverse = { server, forward: entered.index };
    if (!enterReverse(view, packet.tuple, reverse, ticks)) {
      return stop(view, step.frame, "refused");
    }
  }
  countConnection(view, server);
  return send(step, server, "scheduled");
}

/** A flow without an entry: its packets go by their hash as long as the pool is the same. */
function sendUntracked(step: Step, found: FoundService, place: Place): Received {
  const server = hashServer(step.view, found.service, place.tag);
  if (server === undefined) return refuseService(step);
  // Replies to a mark's NAT connection find their way by an entry only.
  if (isNat(step.view, server) && answersByReverse(step.view, found.service, server)) {
    return stop(step.view, step.frame, "refused");
  }
  return send(step, server, "untracked");
}

function refuseService(step: Step): Received {
  return answer(step, { kind: "error", reason: "no-server" }, "no-server");
}

function isNat(view: View, server: number): boolean {
  return view.servers.get(server, "method") === METHOD_NAT;
}

/** tcp_conn_schedule(): only a SYN opens a connection, unless sloppy_tcp lets all but a RST. */
function opens({ view, packet }: Step): boolean {
  if (packet.fragment === "later") return false;
  if (packet.tuple.protocol !== IPPROTO_TCP) return true;
  if (packet.tcpFlags & TCP_RST) return false;
  return (packet.tcpFlags & TCP_SYN) !== 0 || view.control.get(0, "sloppy_tcp") !== 0;
}

/** How long after the last flow without an entry a packet without one may belong to such a flow. */
export function untrackedLately(view: View, service: number, ticks: number): boolean {
  const last = view.services.get(service, "untracked");
  // The lowest bit only says that it is set: with it the time may be a tick ahead of the clock.
  return last !== 0 && (ticks - (last & ~1)) >>> 0 < view.timeouts[State.ESTABLISHED]!;
}
