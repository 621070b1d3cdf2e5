import { type Result, success } from "../base/fault.ts";
import { formatAddress } from "./address.ts";
import { truncated } from "./bytes.ts";
import { decodeAttributes, viewOf } from "./netlink.ts";

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

/** IFA_* of <linux/if_addr.h>. */
export const ADDRESS_ATTRIBUTE = {
  address: 1,
  local: 2,
  label: 3,
  broadcast: 4,
  cacheInfo: 6,
  flags: 8,
} as const;

const HEADER = 8;

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
  const value = values.get(ADDRESS_ATTRIBUTE.local) ?? values.get(ADDRESS_ATTRIBUTE.address);
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
