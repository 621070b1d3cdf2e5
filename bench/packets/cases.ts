import type { ForwardingMethod } from "../../src/state/rule.ts";
import type { Family } from "./frames.ts";

/** What is timed, in which table, and what it should cost. */
export interface PacketCase {
  readonly name: string;
  readonly method: ForwardingMethod;
  readonly family: Family;
  readonly kind: "known" | "new";
  /** The flows that packets go through, a power of two. */
  readonly flows: number;
  readonly table: "default" | "design load";
  /** Connections that the table has room for. */
  readonly connections: number;
  /** Repeats of one run; all flows of a case of new ones are gone through once. */
  readonly repeats: number;
  /** ns a packet, at most; undefined where none was set. */
  readonly target: number | undefined;
}

/** What a daemon makes when it is told nothing (DEFAULT_SIZES of src/daemon/dimensions.ts). */
const DEFAULT_CONNECTIONS = 1_048_576;
/** The smallest table that a daemon makes. */
const LEAST_CONNECTIONS = 32;
const BUCKET_WORDS = 8;

/** Bytes of table for a flow at the design load, at most. */
export const BYTES_TARGET = 48;

const ONE_FLOW_TARGETS: Record<ForwardingMethod, number> = { dr: 30, tun: 36, nat: 36 };

const KINDS = [
  { name: "one flow", kind: "known", flows: 1, target: undefined },
  { name: "64k flows", kind: "known", flows: 65_536, target: 100 },
  { name: "512k flows", kind: "known", flows: 524_288, target: 120 },
  { name: "new connections", kind: "new", flows: 524_288, target: 150 },
] as const;

/** More connections than anybody has; their time has no target. */
const MANY = [
  { name: "1M flows", kind: "known", flows: 2 ** 20, target: undefined },
  { name: "16M flows", kind: "known", flows: 2 ** 24, target: undefined },
] as const;

const WAYS = [
  { method: "dr", family: 4 },
  { method: "tun", family: 4 },
  { method: "nat", family: 4 },
  { method: "dr", family: 6 },
  { method: "tun", family: 6 },
  { method: "nat", family: 6 },
] as const;

/** The cases of the README's figures; `repeats` at least. */
export function packetCases(repeats: number): PacketCase[] {
  const [dr] = WAYS;
  const each = [
    ...KINDS.map((kind) => ({ ...kind, ...dr, table: "default" as const })),
    ...WAYS.flatMap((way) =>
      KINDS.map((kind) => ({ ...kind, ...way, table: "design load" as const })),
    ),
    ...MANY.map((kind) => ({ ...kind, ...dr, table: "design load" as const })),
  ];
  return each.map((one) => ({
    ...one,
    target: one.flows === 1 ? ONE_FLOW_TARGETS[one.method] : one.target,
    connections: one.table === "default" ? DEFAULT_CONNECTIONS : designConnections(one.flows),
    repeats: one.kind === "new" ? one.flows : Math.max(repeats, Math.min(one.flows, 2 ** 20)),
  }));
}

/** A table of which the flows take five of six slots, in whole buckets. */
export function designConnections(flows: number): number {
  const buckets = Math.floor((flows * 6) / 5 / BUCKET_WORDS);
  return Math.max(buckets * BUCKET_WORDS, LEAST_CONNECTIONS);
}
