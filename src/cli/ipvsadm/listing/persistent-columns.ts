import { columns, type ListingFormat, serverName, TITLE_WIDTH } from "./format.ts";
import { serviceTraits } from "./service-text.ts";

/** ipvsadm -L --persistent-conn. */
export const persistentColumns: ListingFormat = {
  title: `${columns(
    ["Prot LocalAddress:Port", TITLE_WIDTH],
    ["Weight", 9],
    ["PersistConn", 11],
    ["ActiveConn", 10],
    ["InActConn", 10],
  )}\n  -> RemoteAddress:Port\n`,
  service: (label, service) => `${label} ${serviceTraits(service.id, service)}`,
  server: (name, { weight, persistent, active, inactive }) =>
    `${serverName(name)} ${columns([weight, 9], [persistent, 11], [active, 10], [inactive, 10])}`,
};
