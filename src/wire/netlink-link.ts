import { type Result, success } from "../base/fault.ts";
import { concat, truncated } from "./bytes.ts";
import { formatMac, MAC_BYTES, macBytes } from "./mac.ts";
import {
  type Attribute,
  decodeAttributes,
  encodeAttributes,
  textBytes,
  textOf,
  u32Bytes,
  u32Of,
  viewOf,
} from "./netlink.ts";

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;

/** An interface, as RTM_NEWLINK and RTM_DELLINK tell of it (rtnetlink(7), struct ifinfomsg). */
export interface LinkMessage {
  /** AF_UNSPEC 0; AF_BRIDGE 7 tells of a bridge's port, not of the interface. */
  readonly family: number;
  readonly index: number;
  /** ARPHRD_*. */
  readonly hardware: number;
  /** IFF_* of netdevice(7). */
  readonly flags: number;
  readonly name: string;
  /** "" where the link has no address of six bytes. */
  readonly mac: string;
  readonly mtu: number;
}

export const IFF_UP = 0x1;
/** Resources are there: a cable, a peer. */
export const IFF_RUNNING = 0x40;

const HEADER = 16;
const IFLA_ADDRESS = 1;
const IFLA_IFNAME = 3;
const IFLA_MTU = 4;

export function encodeLink(link: LinkMessage): Uint8Array {
  const header = new Uint8Array(HEADER);
  const view = viewOf(header);
  view.setUint8(0, link.family);
  view.setUint16(2, link.hardware, true);
  view.setInt32(4, link.index, true);
  view.setUint32(8, link.flags, true);
  const attributes: Attribute[] = [];
  if (link.name !== "") attributes.push({ type: IFLA_IFNAME, value: textBytes(link.name) });
  if (link.mtu !== 0) attributes.push({ type: IFLA_MTU, value: u32Bytes(link.mtu) });
  if (link.mac !== "") attributes.push({ type: IFLA_ADDRESS, value: macBytes(link.mac) });
  return concat(header, encodeAttributes(attributes));
}

/** Faults: TRUNCATED. */
export function decodeLink(payload: Uint8Array): Result<LinkMessage> {
  if (payload.length < HEADER) return truncated("an ifinfomsg", HEADER, payload.length);
  const attributes = decodeAttributes(payload.subarray(HEADER));
  if (!attributes.ok) return attributes;
  const view = viewOf(payload);
  let name = "";
  let mac = "";
  let mtu = 0;
  for (const { type, value } of attributes.value) {
    if (type === IFLA_IFNAME) name = textOf(value);
    if (type === IFLA_ADDRESS && value.length === MAC_BYTES) mac = formatMac(value);
    if (type === IFLA_MTU) mtu = u32Of(value);
  }
  return success({
    family: view.getUint8(0),
    hardware: view.getUint16(2, true),
    index: view.getInt32(4, true),
    flags: view.getUint32(8, true),
    name,
    mac,
    mtu,
  });
}

export function describeLink(link: LinkMessage): string {
  const state = (link.flags & IFF_UP) === 0 ? "down" : "up";
  return `link ${link.index} ${link.name} ${state} mtu ${link.mtu} ${link.mac}`.trimEnd();
}
