import type { Counters } from "../../state/counters.ts";

/** 64-bit counters travel as decimal text: JSON numbers lose what is above 2^53. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (typeof part === "bigint" ? String(part) : part));
}

const COUNTERS: ReadonlySet<string> = new Set(["counters", "rates"]);

/** The inverse, for the fields of a listing that hold counters. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (key, part) => (COUNTERS.has(key) ? counters(part) : part));
}

function counters(part: Record<keyof Counters, string>): Counters {
  return {
    connections: BigInt(part.connections),
    inPackets: BigInt(part.inPackets),
    outPackets: BigInt(part.outPackets),
    inBytes: BigInt(part.inBytes),
    outBytes: BigInt(part.outBytes),
  };
}
