import { decodeDnsHeader, encodeDnsQuery } from "../../wire/dns.ts";
import { bad, type Check, type Dialogue, good } from "../check.ts";
import type { CheckTarget } from "../settings.ts";

export interface DnsQuestion {
  readonly type: string;
  readonly name: string;
}

/** What response codes say (RFC 1035 section 4.1.1). */
const RCODES = ["no error", "format error", "server failure", "no such name", "not implemented"];

/**
 * DNS_CHECK: any answer without an error (captured: C20 to C22). A datagram that is no answer to
 * our question was sent by somebody else: it is not heard. `id` is 16 bits and should be random.
 */
export function dnsCheck(target: CheckTarget, question: DnsQuestion, id: number): Check {
  return {
    by: "exchange",
    transport: { kind: "udp" },
    target,
    connected: () => {
      const query = encodeDnsQuery({ id, ...question });
      return query.ok ? { next: awaitAnswer(id), send: query.value } : bad(query.fault.message);
    },
  };
}

function awaitAnswer(id: number): Dialogue {
  const dialogue: Dialogue = {
    hear(bytes) {
      const header = decodeDnsHeader(bytes);
      if (!header.ok || !header.value.isResponse || header.value.id !== id) {
        return { next: dialogue };
      }
      const { rcode } = header.value;
      if (rcode === 0) return good("The name server answers");
      return bad(`The name server answers with code ${rcode} (${RCODES[rcode] ?? "refused"})`);
    },
    closed: () => ({ fit: false, why: "The name server answers nothing" }),
  };
  return dialogue;
}
