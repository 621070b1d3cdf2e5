import type { Tunnel } from "../../../state/rule.ts";
import { columns, FORWARD_NAMES, type ListingFormat, serverName } from "./format.ts";
import { serviceTraits } from "./service-text.ts";

const CHECKSUM_MARKS = { nocsum: "-c", csum: "+c", remcsum: "r+c" } as const;

/** ipvsadm -L --tun-info. */
export const tunnelColumns: ListingFormat = {
  title:
    "Prot LocalAddress:Port Scheduler Flags\n" +
    "  -> RemoteAddress:Port           Forward TunnelInfo    Weight ActiveConn InActConn\n",
  service: (label, service) => `${label} ${serviceTraits(service.id, service)}`,
  server: (name, { method, tunnel, weight, active, inactive }) =>
    `${serverName(name)} ${columns(
      [FORWARD_NAMES[method], 7],
      [method === "tun" ? tunnelText(tunnel) : "n/a", 13],
      [weight, 6],
      [active, 10],
      [inactive, 10],
    )}`,
};

/** "ipip", "gre:-c", "gue:6080:r+c". */
function tunnelText(tunnel: Tunnel | undefined): string {
  if (tunnel === undefined || tunnel.type === "ipip") return "ipip";
  const port = tunnel.type === "gue" ? `:${tunnel.port}` : "";
  return `${tunnel.type}${port}:${CHECKSUM_MARKS[tunnel.checksum]}`;
}
