import { type Result, success } from "../base/fault.ts";
import { addressBytes, formatAddress } from "./address.ts";
import { concat, truncated } from "./bytes.ts";
import { type Attribute, decodeAttributes, encodeAttributes, viewOf } from "./netlink.ts";

export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

/** AF_INET and AF_INET6 of <bits/socket.h>. */
export const AF_INET = 2;
export const AF_INET6 = 10;

/** An address of an interface (rtnetlink(7), struct ifaddrmsg). */
export interface AddressMessage {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
  /** Interface index. */
  readonly link: number;
}

const HEADER = 8;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;

export function encodeAddress(message: AddressMessage): Uint8Array {
  const header = new Uint8Array(HEADER);
  const view = viewOf(header);
  view.setUint8(0, numberOf(message.family));
  view.setUint8(1, message.prefix);
  view.setUint32(4, message.link, true);
  const value = addressBytes(message.address);
  const attributes: Attribute[] = [{ type: IFA_ADDRESS, value }];
  if (message.family === 4) attributes.push({ type: IFA_LOCAL, value });
  return concat(header, encodeAttributes(attributes));
}

/**
 * Undefined for an address of another family than IPv4 and IPv6.
 *
 * Faults: TRUNCATED.
 */
export function decodeAddress(payload: Uint8Array): Result<AddressMessage | undefined> {
  if (payload.length < HEADER) return truncated("an ifaddrmsg", HEADER, payload.length);
  const view = viewOf(payload);
  const family = familyOf(view.getUint8(0));
  if (family === undefined) return success(undefined);
  const attributes = decodeAttributes(payload.subarray(HEADER));
  if (!attributes.ok) return attributes;
  const values = new Map(attributes.value.map(({ type, value }) => [type, value]));
  // On a point-to-point link IFA_ADDRESS is the other end; our own is IFA_LOCAL.
  const value = values.get(IFA_LOCAL) ?? values.get(IFA_ADDRESS);
  if (value?.length !== addressLength(family)) return success(undefined);
  const address = formatAddress(value);
  return success({ family, address, prefix: view.getUint8(1), link: view.getUint32(4, true) });
}

export function describeAddress(message: AddressMessage): string {
  return `address ${message.address}/${message.prefix} link ${message.link}`;
}

export function numberOf(family: 4 | 6): number {
  return family === 4 ? AF_INET : AF_INET6;
}

export function familyOf(number: number): 4 | 6 | undefined {
  if (number === AF_INET) return 4;
  return number === AF_INET6 ? 6 : undefined;
}

export function addressLength(family: 4 | 6): number {
  return family === 4 ? 4 : 16;
}
