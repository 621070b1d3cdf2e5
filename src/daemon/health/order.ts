import type { Transport } from "../../health/check.ts";
import { ANSWER_MAX } from "../../health/conversation.ts";
import type { CheckTarget } from "../../health/settings.ts";
import type { ExchangeOrder } from "../../kernel/exchange.ts";

/** A check's words for where it goes, in those of the kernel. */
export function orderOf(transport: Transport, target: CheckTarget): ExchangeOrder {
  const { connectTimeout, ...where } = target;
  // A byte more than a check takes, so that it is the check that ends it.
  const to = { ...where, timeout: connectTimeout, receiveMax: ANSWER_MAX + 1 };
  switch (transport.kind) {
    case "tcp":
      return { kind: "tcp", ...to };
    case "tls": {
      const { serverName } = transport;
      return { kind: "tcp", ...to, tls: serverName === undefined ? {} : { serverName } };
    }
    case "udp":
      return { kind: "udp", ...to };
    case "ping":
      return { kind: "ping", ...to, port: 0 };
  }
}
