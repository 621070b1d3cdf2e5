import type { ListedServer, ListedService } from "../../../daemon/api/director.ts";

/** The columns of a listing: its two title lines, and a line for each service and server. */
export interface ListingFormat {
  readonly title: string;
  service(label: string, service: ListedService): string;
  server(name: string, server: ListedServer): string;
}

export const FORWARD_NAMES = { dr: "Route", tun: "Tunnel", nat: "Masq" } as const;

export const TITLE_WIDTH = 33;

/** "  -> " and a name of 28 columns; a longer name pushes the rest to the right. */
export function serverName(name: string): string {
  return `  -> ${name.padEnd(28)}`;
}

/** Values left-aligned in columns of these widths, each followed by a blank but the last. */
export function columns(...cells: readonly (readonly [value: string | number, width: number])[]) {
  return cells.map(([value, width]) => String(value).padEnd(width)).join(" ");
}
