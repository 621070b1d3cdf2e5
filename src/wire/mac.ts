import { assert } from "../base/assert.ts";

export const MAC_BYTES = 6;
export const BROADCAST_MAC = "ff:ff:ff:ff:ff:ff";
export const ZERO_MAC = "00:00:00:00:00:00";

const MAC_TEXT = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/i;

/** "02:00:00:00:00:10" as its 6 bytes; undefined for anything else. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!MAC_TEXT.test(text)) return undefined;
  const bytes = new Uint8Array(MAC_BYTES);
  for (let i = 0; i < MAC_BYTES; i++) bytes[i] = Number.parseInt(text.slice(3 * i, 3 * i + 2), 16);
  return bytes;
}

/** The 6 bytes of a MAC address that is known to be well formed. */
export function macBytes(text: string): Uint8Array {
  const bytes = parseMac(text);
  assert(bytes !== undefined, "a MAC address", text);
  return bytes;
}

/** Lower case with colons, as iproute2 prints it. */
export function formatMac(bytes: Uint8Array): string {
  assert(bytes.length === MAC_BYTES, "a MAC address of 6 bytes", bytes.length);
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** Whether a frame to this address is meant for more than one station (IEEE 802 group bit). */
export function isGroupMac(bytes: Uint8Array): boolean {
  return (bytes[0]! & 1) === 1;
}
