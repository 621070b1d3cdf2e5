import { wordState } from "./connection.ts";
import { stateAfter, touchConnection } from "./connection-change.ts";
import { SERVER_AVAILABLE } from "./constants.ts";
import { findNatFlow, mayBeNatServer, type NatFlow, natServers } from "./nat-servers.ts";
import { assureTemplate } from "./persistence.ts";
import { IPPROTO_TCP, TCP_RST } from "./protocol.ts";
import { rewrite } from "./rewrite.ts";
import { State } from "./state.ts";
import { decrementTimeToLive, timeToLive } from "./time-to-live.ts";
import { sendToClient } from "./to-client.ts";
import { clientPort, readWords, type Words } from "./tuple.ts";
import { answer, type Received, type Step } from "./verdict.ts";

/**
 * A NAT server's answer, or undefined when the packet is none (xdp/reply.h; ip_vs_out()): its
 * source becomes the VIP, and it goes on to the client.
 */
export function receiveReply(step: Step): Received | undefined {
  const { view, packet, frame } = step;
  if (!mayBeNatServer(view, packet.tuple.client)) return undefined;
  const flow = findNatFlow(view, packet.tuple, step.ticks);
  if (flow === undefined) return refuse(step);
  return sendToClient(step, flow, "replied", () => {
    touch(step, flow);
    rewrite(packet, frame, "source", flow.virtual);
  });
}

/** The answer moves the connection's state, and vouches for its template. */
function touch({ view, packet, ticks }: Step, { index, service, tuple }: NatFlow): void {
  if (index === undefined) return;
  const next = stateAfter(view, packet, "output", wordState(view, index));
  if (touchConnection(view, tuple, index, next, ticks)) assureTemplate(view, index, next);
  // udp_state_transition(): UDP has no handshake, and so this is all that there is to go by.
  const persistent = view.services.get(service, "persistence") !== 0;
  if (persistent && next === State.UDP) assureTemplate(view, index, State.ESTABLISHED);
}

/**
 * IPVS nat_icmp_send: a server of this very port that sends what belongs to no connection is told
 * so. The answer comes from the VIP, where IPVS lets the kernel choose an address.
 */
function refuse(step: Step): Received | undefined {
  const { view, packet, frame } = step;
  const { tuple } = packet;
  if (view.control.get(0, "nat_icmp_send") === 0 || packet.fragment === "later") return undefined;
  if (tuple.protocol === IPPROTO_TCP && (packet.tcpFlags & TCP_RST) !== 0) return undefined;
  if (timeToLive(packet, frame) <= 1) return undefined;
  const virtual = askedServer(step);
  if (virtual === undefined) return undefined;
  decrementTimeToLive(packet, frame);
  const asked = { ...step, packet: { ...packet, tuple: { ...tuple, virtual } } };
  return answer(asked, { kind: "error", reason: "no-connection" }, "no-connection");
}

/** The VIP of the service that this packet's sender serves at its source port. */
function askedServer({ view, packet }: Step): Words | undefined {
  for (const server of natServers(view, packet.tuple)) {
    const service = view.servers.get(server, "service");
    const serves =
      (view.servers.get(server, "flags") & SERVER_AVAILABLE) !== 0 &&
      view.servers.get(server, "port") === clientPort(packet.tuple) &&
      service < view.services.count &&
      view.services.get(service, "protocol") !== 0;
    if (!serves) continue;
    const bytes = view.services.bytes(service, "address");
    return readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  }
  return undefined;
}
