import { columns, FORWARD_NAMES, type ListingFormat, serverName } from "./format.ts";
import { serviceTraits } from "./service-text.ts";

/** ipvsadm -L. */
export const defaultColumns: ListingFormat = {
  title:
    "Prot LocalAddress:Port Scheduler Flags\n" +
    "  -> RemoteAddress:Port           Forward Weight ActiveConn InActConn\n",
  service: (label, service) => `${label} ${serviceTraits(service.id, service)}`,
  server: (name, { method, weight, active, inactive }) =>
    `${serverName(name)} ${columns(
      [FORWARD_NAMES[method], 7],
      [weight, 6],
      [active, 10],
      [inactive, 10],
    )}`,
};
