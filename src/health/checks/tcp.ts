import { type Check, good } from "../check.ts";
import type { CheckTarget } from "../settings.ts";

/** TCP_CHECK: a connection is all it asks for (captured: C11). */
export function tcpCheck(target: CheckTarget): Check {
  return {
    by: "exchange",
    transport: { kind: "tcp" },
    target,
    connected: () => good("The connection was made"),
  };
}
