import { readInteger } from "./values.ts";

/** RT_SCOPE_* and RT_TABLE_* of linux/rtnetlink.h, as ip-route(8) names them. */
const SCOPES: Readonly<Record<string, number>> = {
  global: 0,
  site: 200,
  link: 253,
  host: 254,
  nowhere: 255,
};

const TABLES: Readonly<Record<string, number>> = { default: 253, main: 254, local: 255 };

export function readScope(text: string): number | undefined {
  return SCOPES[text] ?? readInteger(text, 0, 255);
}

export function readTable(text: string): number | undefined {
  return TABLES[text] ?? readInteger(text, 1, 0xffff_ffff);
}
