import { createHash } from "node:crypto";
import * as layout from "../../datapath/layout.ts";
import { HASH_KEYS } from "../../datapath/tables.ts";

const DIGITS = 16;

/**
 * One short text that changes whenever anything in layout.ts does: fields, sizes, flags, shifts.
 */
export function layoutFingerprint(): string {
  const values = Object.entries(layout).filter(([, value]) => typeof value !== "function");
  const text = JSON.stringify([values, HASH_KEYS], (_, value: unknown) =>
    typeof value === "bigint" ? `${value}n` : value,
  );
  return fingerprint(Buffer.from(text));
}

/** The first 16 hexadecimal digits of SHA-256. */
export function fingerprint(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex").slice(0, DIGITS);
}
