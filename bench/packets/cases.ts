/** What is timed, in which table, and what it should cost. */
export interface PacketCase {
  readonly name: string;
  readonly kind: "known" | "new";
  /** The flows that packets go through, a power of two. */
  readonly flows: number;
  readonly table: "default" | "design load";
  /** Connections that the table has room for. */
  readonly connections: number;
  /** Repeats of one run; all flows of a case of new ones are gone through once. */
  readonly repeats: number;
  /** ns a packet, at most. */
  readonly target: number;
}

/** What a daemon makes when it is told nothing (DEFAULT_SIZES of src/daemon/dimensions.ts). */
const DEFAULT_CONNECTIONS = 1_048_576;
/** The smallest table that a daemon makes. */
const LEAST_CONNECTIONS = 32;
const BUCKET_WORDS = 8;

/** Bytes of table for a flow at the design load, at most. */
export const BYTES_TARGET = 48;

const KINDS = [
  { name: "one flow", kind: "known", flows: 1, target: 30 },
  { name: "64k flows", kind: "known", flows: 65_536, target: 100 },
  { name: "512k flows", kind: "known", flows: 524_288, target: 120 },
  { name: "new connections", kind: "new", flows: 524_288, target: 150 },
] as const;

/** The cases of the README's figures; `repeats` at least. */
export function packetCases(repeats: number): PacketCase[] {
  return (["default", "design load"] as const).flatMap((table) =>
    KINDS.map((each) => ({
      ...each,
      table,
      connections: table === "default" ? DEFAULT_CONNECTIONS : designConnections(each.flows),
      repeats: each.kind === "new" ? each.flows : Math.max(repeats, each.flows),
    })),
  );
}

/** A table of which the flows take five of six slots, in whole buckets. */
export function designConnections(flows: number): number {
  const buckets = Math.floor((flows * 6) / 5 / BUCKET_WORDS);
  return Math.max(buckets * BUCKET_WORDS, LEAST_CONNECTIONS);
}
