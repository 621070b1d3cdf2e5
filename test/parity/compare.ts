import * as constants from "../../src/datapath/constants.ts";
import type { ArrayName, Layout } from "../../src/datapath/layout.ts";
import * as layout from "../../src/datapath/layout.ts";
import { REASONS } from "../../src/datapath/reason.ts";
import { stateName } from "../../src/datapath/state.ts";
import type { Tables } from "../../src/datapath/tables.ts";
import { hex } from "../../src/wire/bytes.ts";

/** The first difference between the two data paths' tables in words, or undefined. */
export function compareTables(specification: Tables, program: Tables): string | undefined {
  for (const name of Object.keys(specification.arrays) as ArrayName[]) {
    const a = Buffer.from(specification.arrays[name]);
    const b = Buffer.from(program.arrays[name]);
    if (Buffer.compare(a, b) !== 0) return describeEntry(name, a, b);
  }
  return undefined;
}

const RECORDS: Partial<Record<ArrayName, Layout>> = {
  control: layout.control,
  ifaces: layout.iface,
  connections_cold: layout.connectionCold,
  vips: layout.vip,
  services: layout.service,
  servers: layout.server,
  loads: layout.load,
  stats: layout.stats,
  marks: layout.markRule,
  tunnel_sources: layout.tunnelSource,
  fragments: layout.fragment,
  cache_routes: layout.cacheRoute,
};

/** Bytes that are read as one number. */
const UNITS: Partial<Record<ArrayName, number>> = {
  connections: 8,
  reasons: 8,
  timeouts: 4,
  icmp_limits: 8,
  pools: 8,
  service_slots: 8,
  nat_filter: 8,
};

function describeEntry(name: ArrayName, a: Buffer, b: Buffer): string {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  const record = RECORDS[name];
  if (record !== undefined) return describeField(name, record, at, a, b);
  const unit = UNITS[name]!;
  const start = at - (at % unit);
  const read = (from: Buffer) => from.subarray(start, start + unit);
  return `${describePlace(name, start / unit)}: ${versus(name, read(a), read(b))}`;
}

function describeField(name: string, record: Layout, at: number, a: Buffer, b: Buffer): string {
  const index = Math.floor(at / record.size);
  const start = index * record.size;
  const found = Object.entries(record.fields).find(
    ([, { offset, size }]) => at - start >= offset && at - start < offset + size,
  );
  const [field, { offset, size }] = found ?? ["padding", { offset: at - start, size: 1 }];
  const read = (from: Buffer) => from.subarray(start + offset, start + offset + size);
  return `${name}[${index}].${field}: ${versus(field, read(a), read(b))}`;
}

function describePlace(name: ArrayName, index: number): string {
  const words = constants.BUCKET_WORDS;
  if (name === "connections") {
    return `connections: bucket ${Math.floor(index / words)} word ${index % words}`;
  }
  return name === "reasons" ? `reasons: ${REASONS[index]}` : `${name}[${index}]`;
}

function versus(name: string, a: Buffer, b: Buffer): string {
  const show = name === "connections" ? describeWord : describeNumber;
  return `the specification has ${show(a)}, the program ${show(b)}`;
}

function describeNumber(bytes: Buffer): string {
  if (bytes.length > 8) return hex(bytes);
  if (bytes.length === 8) {
    return `${bytes.readBigUInt64LE()} (${bytes.readUInt32LE()}, ${bytes.readUInt32LE(4)})`;
  }
  return String(bytes.readUIntLE(0, bytes.length));
}

const FLAGS = { touched: constants.TOUCHED, fresh: constants.FRESH, collides: constants.COLLIDES };

function describeWord(bytes: Buffer): string {
  const low = bytes.readUInt32LE();
  const tag = bytes.readUInt32LE(4);
  if (low === 0 && tag === 0) return "no entry";
  const flags = Object.entries(FLAGS)
    .filter(([, bit]) => (low >>> constants.WORD_FLAGS_SHIFT) & bit)
    .map(([flag]) => ` ${flag}`);
  const state = stateName((low >>> constants.WORD_STATE_SHIFT) & 0xff);
  return `tag ${tag.toString(16)} ${state} server ${low & 0xffff}${flags.join("")}`;
}
