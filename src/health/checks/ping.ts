import { equalBytes } from "../../wire/bytes.ts";
import { type Check, type Dialogue, good } from "../check.ts";
import type { CheckTarget } from "../settings.ts";

/** PING_CHECK: an echo of the payload; what others echo is not heard (captured: C23). */
export function pingCheck(target: CheckTarget, payload: Uint8Array): Check {
  const dialogue: Dialogue = {
    hear: (bytes) => (equalBytes(bytes, payload) ? good("The echo came") : { next: dialogue }),
    closed: () => ({ fit: false, why: "There is no echo" }),
  };
  return {
    by: "exchange",
    transport: { kind: "ping" },
    target,
    connected: () => ({ next: dialogue, send: payload }),
  };
}
