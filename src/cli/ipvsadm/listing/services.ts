import type { ListedService, Listing } from "../../../daemon/api/director.ts";
import type { ListingStyle } from "../request.ts";
import { rateColumns, statsColumns } from "./counter-columns.ts";
import { defaultColumns } from "./default-columns.ts";
import type { ListingFormat } from "./format.ts";
import type { EndpointName } from "./names.ts";
import { inServerOrder, inServiceOrder } from "./order.ts";
import { persistentColumns } from "./persistent-columns.ts";
import { protocolOf, serviceLabel } from "./service-text.ts";
import { thresholdColumns } from "./threshold-columns.ts";
import { tunnelColumns } from "./tunnel-columns.ts";

/** The version of IPVS whose behaviour Weir has. */
const IPVS_VERSION = "1.2.1";

/** ipvsadm -L: everything, under the line with the version and the size of the connection table. */
export async function listAll(
  listing: Listing,
  style: ListingStyle,
  name: EndpointName,
): Promise<string> {
  const format = formatOf(style);
  const head = `IP Virtual Server version ${IPVS_VERSION} (size=${listing.connectionTableSize})\n`;
  const lines = await linesOf(listing.services, style.sorted, format, name);
  return `${head}${format.title}${lines}`;
}

/** ipvsadm -L with a service: its lines alone, without the version. */
export async function listOne(
  service: ListedService,
  style: ListingStyle,
  name: EndpointName,
): Promise<string> {
  const format = formatOf(style);
  return `${format.title}${await linesOf([service], style.sorted, format, name)}`;
}

/** Services and their servers in the order in which listings and -S have them. */
export function inOrder(services: readonly ListedService[], sorted: boolean): ListedService[] {
  if (!sorted) return [...services];
  return inServiceOrder(services, ({ id }) => id).map((service) => ({
    ...service,
    servers: inServerOrder(service.servers),
  }));
}

async function linesOf(
  services: readonly ListedService[],
  sorted: boolean,
  format: ListingFormat,
  name: EndpointName,
): Promise<string> {
  const lines: string[] = [];
  for (const service of inOrder(services, sorted)) {
    lines.push(format.service(await serviceLabel(service.id, name), service));
    for (const server of service.servers) {
      const shown = await name(server.address, server.port, protocolOf(service.id));
      lines.push(format.server(shown, server));
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}

function formatOf(style: ListingStyle): ListingFormat {
  switch (style.columns) {
    case "stats":
      return statsColumns(style.exact);
    case "rate":
      return rateColumns(style.exact);
    case "thresholds":
      return thresholdColumns;
    case "persistent-conn":
      return persistentColumns;
    case "tun-info":
      return tunnelColumns;
    case "default":
      return defaultColumns;
  }
}
