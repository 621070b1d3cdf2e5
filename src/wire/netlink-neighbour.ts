import { type Result, success } from "../base/fault.ts";
import { addressBytes, formatAddress } from "./address.ts";
import { concat, truncated } from "./bytes.ts";
import { formatMac, MAC_BYTES, macBytes } from "./mac.ts";
import {
  type Attribute,
  decodeAttributes,
  encodeAttributes,
  u32Bytes,
  u32Of,
  viewOf,
} from "./netlink.ts";
import { addressLength, familyOf, numberOf } from "./netlink-address.ts";

export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;

/** An entry of the neighbour table, ARP's or NDP's (rtnetlink(7), struct ndmsg). */
export interface NeighbourMessage {
  readonly family: 4 | 6;
  /** Interface index. */
  readonly link: number;
  readonly address: string;
  /** "" while nobody has answered. */
  readonly mac: string;
  /** NUD_*. */
  readonly state: number;
  /** NTF_*. */
  readonly flags: number;
  /** NTF_EXT_*. */
  readonly extended: number;
}

/** REACHABLE, STALE, DELAY, PROBE, NOARP and PERMANENT: the MAC address may be used (NUD_VALID). */
export const NUD_VALID = 0x02 | 0x04 | 0x08 | 0x10 | 0x40 | 0x80;
/** Somebody asked and nobody answered. */
export const NUD_FAILED = 0x20;
/** Resolve it now, as if there were a packet for it. */
export const NTF_USE = 0x01;
/** Resolve it and keep it resolved (Linux 5.16). */
export const NTF_EXT_MANAGED = 0x01;

const HEADER = 12;
const NDA_DST = 1;
const NDA_LLADDR = 2;
const NDA_FLAGS_EXT = 15;

export function encodeNeighbour(neighbour: NeighbourMessage): Uint8Array {
  const header = new Uint8Array(HEADER);
  const view = viewOf(header);
  view.setUint8(0, numberOf(neighbour.family));
  view.setInt32(4, neighbour.link, true);
  view.setUint16(8, neighbour.state, true);
  view.setUint8(10, neighbour.flags);
  const attributes: Attribute[] = [{ type: NDA_DST, value: addressBytes(neighbour.address) }];
  if (neighbour.mac !== "") attributes.push({ type: NDA_LLADDR, value: macBytes(neighbour.mac) });
  if (neighbour.extended !== 0) {
    attributes.push({ type: NDA_FLAGS_EXT, value: u32Bytes(neighbour.extended) });
  }
  return concat(header, encodeAttributes(attributes));
}

/**
 * Undefined for a neighbour of another family than IPv4 and IPv6, such as a bridge's.
 *
 * Faults: TRUNCATED.
 */
export function decodeNeighbour(payload: Uint8Array): Result<NeighbourMessage | undefined> {
  if (payload.length < HEADER) return truncated("an ndmsg", HEADER, payload.length);
  const view = viewOf(payload);
  const family = familyOf(view.getUint8(0));
  if (family === undefined) return success(undefined);
  const attributes = decodeAttributes(payload.subarray(HEADER));
  if (!attributes.ok) return attributes;
  const values = new Map(attributes.value.map(({ type, value }) => [type, value]));
  const address = values.get(NDA_DST);
  const mac = values.get(NDA_LLADDR);
  if (address?.length !== addressLength(family)) return success(undefined);
  return success({
    family,
    link: view.getInt32(4, true),
    address: formatAddress(address),
    mac: mac?.length === MAC_BYTES ? formatMac(mac) : "",
    state: view.getUint16(8, true),
    flags: view.getUint8(10),
    extended: u32Of(values.get(NDA_FLAGS_EXT) ?? new Uint8Array(0)),
  });
}

export function describeNeighbour(neighbour: NeighbourMessage): string {
  const { address, link, mac, state } = neighbour;
  const is = (state & NUD_VALID) !== 0 ? `is ${mac}` : "is unknown";
  return `neighbour ${address} link ${link} ${(state & NUD_FAILED) !== 0 ? "failed" : is}`;
}
