import { connectionPlace, findConnectionExact, wordServer } from "./connection.ts";
import { METHOD_NAT } from "./constants.ts";
import { type Forwarded, forward } from "./forwarder.ts";
import { forwardNatRelated } from "./forwarders/nat.ts";
import { findNatFlow, mayBeNatServer } from "./nat-servers.ts";
import { icmpChecksumHolds, isIcmpError, type Quoted, quoteStart, readQuoted } from "./quoted.ts";
import { rewriteRelated } from "./rewrite-related.ts";
import { sendToClient } from "./to-client.ts";
import { receiveTunnelError } from "./tunnel-error.ts";
import { reversedTuple } from "./tuple.ts";
import { answer, countPacket, type Received, type Step, stop } from "./verdict.ts";

/**
 * ICMP messages (xdp/related.h). Errors about connections go the way of the packets that they
 * answer (ip_vs_in_icmp(), ip_vs_out_icmp()), so that hosts find the MTU of the path and learn what
 * is unreachable. They do not change the connection. All else is the host's own.
 */
export function receiveRelated(step: Step): Received {
  const { view, packet, frame } = step;
  const error = packet.fragment === "none" && isIcmpError(packet, frame);
  // Without any service IPVS has no hooks.
  if (!error || view.control.get(0, "idle") !== 0) return stop(view, frame, "other-protocol");
  const quoted = readQuoted(packet, frame, quoteStart(packet));
  const followed =
    quoted && (receiveErrorOfAnswer(step, quoted) ?? receiveErrorOfRequest(step, quoted));
  return followed ?? receiveTunnelError(step) ?? stop(view, frame, "other-protocol");
}

/** About a packet that a server sent to its client from the VIP: it goes to that server. */
function receiveErrorOfAnswer(step: Step, quoted: Quoted): Received | undefined {
  const { view, packet, frame } = step;
  const tuple = reversedTuple(quoted.tuple);
  const { index } = findConnectionExact(view, tuple, connectionPlace(view, tuple));
  if (index === undefined) return undefined;
  if (!icmpChecksumHolds(packet, frame)) return stop(view, frame, "bad-checksum");
  const server = wordServer(view, index);
  countPacket(view, server, packet.length);
  return answer(step, forwardRelated(step, quoted, server), "related");
}

function forwardRelated({ view, packet, frame }: Step, quoted: Quoted, server: number): Forwarded {
  return view.servers.get(server, "method") === METHOD_NAT
    ? forwardNatRelated(view, packet, frame, server, quoted)
    : forward(view, packet, frame, server);
}

/** About a request that NAT had sent to a server: it goes to the client, as from the VIP. */
function receiveErrorOfRequest(step: Step, quoted: Quoted): Received | undefined {
  const { view, packet, frame } = step;
  const reply = reversedTuple(quoted.tuple);
  if (!mayBeNatServer(view, reply.client)) return undefined;
  const flow = findNatFlow(view, reply, step.ticks);
  if (flow === undefined) return undefined;
  if (!icmpChecksumHolds(packet, frame)) return stop(view, frame, "bad-checksum");
  return sendToClient(step, flow, "related", () => {
    rewriteRelated(packet, frame, quoted, "source", flow.virtual);
  });
}
