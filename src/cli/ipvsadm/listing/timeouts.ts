import type { Timeouts } from "../../../state/rule.ts";

/** ipvsadm -L --timeout. */
export function listTimeouts({ tcp, tcpFin, udp }: Timeouts): string {
  return `Timeout (tcp tcpfin udp): ${tcp} ${tcpFin} ${udp}\n`;
}
