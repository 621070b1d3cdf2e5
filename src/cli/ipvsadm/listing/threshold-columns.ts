import { columns, type ListingFormat, serverName, TITLE_WIDTH } from "./format.ts";
import { serviceTraits } from "./service-text.ts";

const WIDTH = 10;

/** ipvsadm -L --thresholds. */
export const thresholdColumns: ListingFormat = {
  title: `${columns(
    ["Prot LocalAddress:Port", TITLE_WIDTH],
    ["Uthreshold", WIDTH],
    ["Lthreshold", WIDTH],
    ["ActiveConn", WIDTH],
    ["InActConn", WIDTH],
  )}\n  -> RemoteAddress:Port\n`,
  service: (label, service) => `${label} ${serviceTraits(service.id, service)}`,
  server: (name, { upperThreshold, lowerThreshold, active, inactive }) =>
    `${serverName(name)} ${columns(
      [upperThreshold, WIDTH],
      [lowerThreshold, WIDTH],
      [active, WIDTH],
      [inactive, WIDTH],
    )}`,
};
