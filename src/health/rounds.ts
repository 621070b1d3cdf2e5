import type { Random } from "../base/random.ts";
import type { Check } from "./check.ts";
import { dnsCheck } from "./checks/dns.ts";
import { httpCheck } from "./checks/http.ts";
import { miscCheck } from "./checks/misc.ts";
import { pingCheck } from "./checks/ping.ts";
import { smtpCheck } from "./checks/smtp.ts";
import { tcpCheck } from "./checks/tcp.ts";
import { udpCheck } from "./checks/udp.ts";
import type { CheckSettings } from "./settings.ts";

/** Bytes that keepalived sends where the configuration names none. */
const PING_PAYLOAD_BYTES = 128;
const UDP_PAYLOAD_BYTES = 32;

/** Conversations of one check that make a whole round: one for each url, and else one. */
export function roundsOf({ conversation }: CheckSettings): number {
  return conversation.kind === "http" ? conversation.urls.length : 1;
}

/**
 * The check of a round, `round` from 0; undefined for FILE_CHECK, which asks nobody. `weight` is
 * the configured one of the server.
 */
export function checkOf(
  settings: CheckSettings,
  round: number,
  weight: number,
  random: Random,
): Check | undefined {
  const { target, conversation } = settings;
  switch (conversation.kind) {
    case "tcp":
      return tcpCheck(target);
    case "http":
      return httpCheck(target, conversation, conversation.urls[round]!);
    case "smtp":
      return smtpCheck(target, conversation.helo);
    case "dns":
      return dnsCheck(target, conversation, random.u32() >>> 16);
    case "udp": {
      const payload = conversation.payload ?? random.bytes(UDP_PAYLOAD_BYTES);
      return udpCheck(target, conversation, payload);
    }
    case "ping":
      return pingCheck(target, random.bytes(PING_PAYLOAD_BYTES));
    case "misc":
      return miscCheck(conversation, weight);
    case "file":
      return undefined;
  }
}
