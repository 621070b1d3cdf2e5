import { bad, type Check, type Dialogue, good } from "../check.ts";
import type { CheckTarget, Conversation } from "../settings.ts";

type UdpSettings = Extract<Conversation, { kind: "udp" }>;

/**
 * UDP_CHECK: what counts is that nobody says "unreachable" (ICMP) within connect_timeout, or that
 * a reply comes; with require_reply, that a reply comes and is the right one (captured: C24 to
 * C26). `payload` is sent.
 */
export function udpCheck(
  target: CheckTarget,
  settings: Omit<UdpSettings, "payload">,
  payload: Uint8Array,
): Check {
  const dialogue: Dialogue = {
    hear: (bytes) => (settings.requireReply ? judge(settings, bytes) : good("A reply came")),
    closed: () => ({ fit: false, why: "There is no reply" }),
    silence: () =>
      settings.requireReply
        ? { fit: false, why: "There is no reply in time" }
        : { fit: true, why: "Nobody said that it cannot be reached" },
  };
  return {
    by: "exchange",
    transport: { kind: "udp" },
    target,
    connected: () => ({ next: dialogue, send: payload }),
  };
}

function judge({ minReply, maxReply, reply }: Omit<UdpSettings, "payload">, bytes: Uint8Array) {
  if (bytes.length < minReply || bytes.length > maxReply) {
    return bad(`The reply has ${bytes.length} bytes, not ${minReply} to ${maxReply}`);
  }
  if (reply === undefined) return good("A reply came");
  // As far as both go: keepalived.conf(5) on require_reply.
  const length = Math.min(bytes.length, reply.bytes.length);
  for (let at = 0; at < length; at++) {
    const mask = reply.mask[at]!;
    if ((bytes[at]! & mask) !== (reply.bytes[at]! & mask)) {
      return bad(`Byte ${at + 1} of the reply is another one than configured`);
    }
  }
  return good("The right reply came");
}
