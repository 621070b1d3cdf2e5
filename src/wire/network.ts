import { assert } from "../base/assert.ts";
import { addressBytes, type Family, formatAddress, parseAddress } from "./address.ts";
import { equalBytes } from "./bytes.ts";

/** A block of addresses. The address may have bits beyond the prefix: "192.168.150.11/24". */
export interface Network {
  readonly address: string;
  readonly prefix: number;
}

/** The longest prefix of a family, in bits. */
export function prefixBits(family: Family): number {
  return family === 4 ? 32 : 128;
}

/** "192.168.150.0/24", or an address alone for itself; undefined for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [addressText, prefixText, ...rest] = text.split("/");
  const bytes = parseAddress(addressText!);
  if (bytes === undefined || rest.length > 0) return undefined;
  const address = formatAddress(bytes);
  const bits = bytes.length * 8;
  if (prefixText === undefined) return { address, prefix: bits };
  if (!/^(?:0|[1-9]\d{0,2})$/.test(prefixText) || Number(prefixText) > bits) return undefined;
  return { address, prefix: Number(prefixText) };
}

/** The address with all bits after the prefix cleared, as IPVS groups clients by netmask. */
export function maskAddress(address: string, prefix: number): string {
  return formatAddress(maskBytes(addressBytes(address), prefix));
}

/** Clears the bits after the prefix, in a copy. */
function maskBytes(bytes: Uint8Array, prefix: number): Uint8Array {
  assert(prefix >= 0 && prefix <= bytes.length * 8, "a prefix of the family", prefix, bytes.length);
  return bytes.map((byte, at) => byte & maskByte(prefix - at * 8));
}

/**
 * Whether the address lies in the block; never across families. Both are known to be well formed.
 */
export function inNetwork(address: string, cidr: string): boolean {
  const network = parseNetwork(cidr);
  assert(network !== undefined, "a network", cidr);
  const bytes = addressBytes(address);
  const block = addressBytes(network.address);
  if (bytes.length !== block.length) return false;
  return equalBytes(maskBytes(bytes, network.prefix), maskBytes(block, network.prefix));
}

/** "255.255.255.0" is 24; undefined when the ones are not all in front, or it is no address. */
export function netmaskToPrefix(netmask: string): number | undefined {
  const bytes = parseAddress(netmask);
  if (bytes === undefined) return undefined;
  const binary = Array.from(bytes, (byte) => byte.toString(2).padStart(8, "0")).join("");
  const prefix = binary.replace(/0+$/, "").length;
  return binary.slice(0, prefix).includes("0") ? undefined : prefix;
}

export function prefixToNetmask(prefix: number, family: Family): string {
  const bytes = prefixBits(family) / 8;
  assert(prefix >= 0 && prefix <= bytes * 8, "a prefix of the family", prefix, family);
  return formatAddress(Uint8Array.from({ length: bytes }, (_, at) => maskByte(prefix - at * 8)));
}

/** A byte with its first `ones` bits set, where fewer than 0 is none and more than 8 is all. */
function maskByte(ones: number): number {
  const clamped = Math.min(8, Math.max(0, ones));
  return (0xff << (8 - clamped)) & 0xff;
}
