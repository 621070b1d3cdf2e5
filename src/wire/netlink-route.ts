import { type Result, success } from "../base/fault.ts";
import { addressBytes, formatAddress } from "./address.ts";
import { concat, truncated } from "./bytes.ts";
import {
  type Attribute,
  decodeAttributes,
  encodeAttributes,
  u32Bytes,
  u32Of,
  viewOf,
} from "./netlink.ts";
import { AF_INET, AF_INET6, addressLength, familyOf, numberOf } from "./netlink-address.ts";

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;

export interface NextHop {
  readonly gateway?: string;
  /** Interface index. */
  readonly link?: number;
}

/** A route (rtnetlink(7), struct rtmsg). */
export interface RouteMessage {
  readonly family: 4 | 6;
  /** "0.0.0.0/0", "2001:db8::/32". */
  readonly destination: string;
  /** One, or several of a multipath route; none where the route leads nowhere. */
  readonly nextHops: readonly NextHop[];
  readonly metric: number;
  /** RTN_*. */
  readonly type: number;
  /** RT_TABLE_*. */
  readonly table: number;
  /** RTAX_MTU, 0 where the route sets none. */
  readonly mtu: number;
  /** Our own address that packets of ours leave with (RTA_PREFSRC). */
  readonly source?: string;
  /** RTM_F_*. */
  readonly flags: number;
}

/** A copy that the kernel made for one destination: no route of its own. */
export const RTM_F_CLONED = 0x200;

const HEADER = 12;
const NEXT_HOP_HEADER = 8;
const RTA_DST = 1;
const RTA_OIF = 4;
const RTA_GATEWAY = 5;
const RTA_PRIORITY = 6;
const RTA_PREFSRC = 7;
const RTA_METRICS = 8;
const RTA_MULTIPATH = 9;
const RTA_TABLE = 15;
const RTA_VIA = 18;
const RTAX_MTU = 2;
/** Stands in the one-byte field where the number is in RTA_TABLE (RT_TABLE_COMPAT). */
const TABLE_ELSEWHERE = 252;

/** What an order to add or remove a route may say beside it. */
interface RouteOptions {
  /** RTPROT_*: who has made it. */
  readonly protocol?: number;
  /** RT_SCOPE_*; 0, global, unless told. */
  readonly scope?: number;
}

export function encodeRoute(route: RouteMessage, options: RouteOptions = {}): Uint8Array {
  const { protocol = 0, scope = 0 } = options;
  const [address, length] = route.destination.split("/");
  const header = new Uint8Array(HEADER);
  const view = viewOf(header);
  view.setUint8(0, numberOf(route.family));
  view.setUint8(1, Number(length));
  view.setUint8(4, route.table < 256 ? route.table : TABLE_ELSEWHERE);
  view.setUint8(5, protocol);
  view.setUint8(6, scope);
  view.setUint8(7, route.type);
  view.setUint32(8, route.flags, true);
  const attributes: Attribute[] = [{ type: RTA_TABLE, value: u32Bytes(route.table) }];
  if (length !== "0") attributes.push({ type: RTA_DST, value: addressBytes(address!) });
  if (route.source !== undefined) {
    attributes.push({ type: RTA_PREFSRC, value: addressBytes(route.source) });
  }
  if (route.metric !== 0) attributes.push({ type: RTA_PRIORITY, value: u32Bytes(route.metric) });
  if (route.mtu !== 0) {
    const mtu = encodeAttributes([{ type: RTAX_MTU, value: u32Bytes(route.mtu) }]);
    attributes.push({ type: RTA_METRICS, value: mtu });
  }
  if (route.nextHops.length === 1) {
    attributes.push(...nextHopAttributes(route.family, route.nextHops[0]!));
  } else if (route.nextHops.length > 1) {
    const value = concat(...route.nextHops.map((hop) => encodeNextHop(route.family, hop)));
    attributes.push({ type: RTA_MULTIPATH, value });
  }
  return concat(header, encodeAttributes(attributes));
}

function nextHopAttributes(family: 4 | 6, hop: NextHop): Attribute[] {
  const attributes: Attribute[] = [];
  if (hop.link !== undefined) attributes.push({ type: RTA_OIF, value: u32Bytes(hop.link) });
  if (hop.gateway !== undefined) attributes.push(gatewayAttribute(family, hop.gateway));
  return attributes;
}

/** RTA_VIA carries a gateway of the other family (RFC 8950): its family, then its address. */
function gatewayAttribute(family: 4 | 6, gateway: string): Attribute {
  const value = addressBytes(gateway);
  if (value.length === addressLength(family)) return { type: RTA_GATEWAY, value };
  const number = value.length === 4 ? AF_INET : AF_INET6;
  return { type: RTA_VIA, value: concat(Uint8Array.of(number, 0), value) };
}

/** struct rtnexthop of <linux/rtnetlink.h>; the interface is in its header. */
function encodeNextHop(family: 4 | 6, { gateway, link = 0 }: NextHop): Uint8Array {
  const attributes = gateway === undefined ? [] : [gatewayAttribute(family, gateway)];
  const tail = encodeAttributes(attributes);
  const header = new Uint8Array(NEXT_HOP_HEADER);
  viewOf(header).setUint16(0, NEXT_HOP_HEADER + tail.length, true);
  viewOf(header).setInt32(4, link, true);
  return concat(header, tail);
}

/**
 * Undefined for a route of another family than IPv4 and IPv6.
 *
 * Faults: TRUNCATED.
 */
export function decodeRoute(payload: Uint8Array): Result<RouteMessage | undefined> {
  if (payload.length < HEADER) return truncated("an rtmsg", HEADER, payload.length);
  const view = viewOf(payload);
  const family = familyOf(view.getUint8(0));
  if (family === undefined) return success(undefined);
  const attributes = decodeAttributes(payload.subarray(HEADER));
  if (!attributes.ok) return attributes;
  const values = new Map(attributes.value.map(({ type, value }) => [type, value]));
  const mtu = decodeMtu(values.get(RTA_METRICS));
  if (!mtu.ok) return mtu;
  const nextHops = decodeNextHops(attributes.value);
  if (!nextHops.ok) return nextHops;
  const given = values.get(RTA_DST);
  const length = addressLength(family);
  const address = given?.length === length ? given : new Uint8Array(length);
  const table = values.get(RTA_TABLE);
  const source = values.get(RTA_PREFSRC);
  return success({
    family,
    destination: `${formatAddress(address)}/${view.getUint8(1)}`,
    nextHops: nextHops.value,
    metric: u32Of(values.get(RTA_PRIORITY) ?? new Uint8Array(0)),
    type: view.getUint8(7),
    table: table === undefined ? view.getUint8(4) : u32Of(table),
    mtu: mtu.value,
    flags: view.getUint32(8, true),
    ...(source?.length === length && { source: formatAddress(source) }),
  });
}

function decodeMtu(metrics: Uint8Array | undefined): Result<number> {
  const attributes = decodeAttributes(metrics ?? new Uint8Array(0));
  if (!attributes.ok) return attributes;
  const mtu = attributes.value.find(({ type }) => type === RTAX_MTU);
  return success(mtu === undefined ? 0 : u32Of(mtu.value));
}

function decodeNextHops(attributes: readonly Attribute[]): Result<NextHop[]> {
  const multipath = attributes.find(({ type }) => type === RTA_MULTIPATH);
  if (multipath !== undefined) return decodeMultipath(multipath.value);
  const link = attributes.find(({ type }) => type === RTA_OIF);
  const hop = nextHop(attributes, link === undefined ? 0 : u32Of(link.value));
  const empty = hop.link === undefined && hop.gateway === undefined;
  return success(empty ? [] : [hop]);
}

function decodeMultipath(bytes: Uint8Array): Result<NextHop[]> {
  const view = viewOf(bytes);
  const hops: NextHop[] = [];
  for (let at = 0; at < bytes.length; ) {
    const left = bytes.length - at;
    const length = left < NEXT_HOP_HEADER ? 0 : view.getUint16(at, true);
    if (length < NEXT_HOP_HEADER || length > left) {
      return truncated("an rtnexthop", Math.max(length, NEXT_HOP_HEADER), left);
    }
    const attributes = decodeAttributes(bytes.subarray(at + NEXT_HOP_HEADER, at + length));
    if (!attributes.ok) return attributes;
    hops.push(nextHop(attributes.value, view.getInt32(at + 4, true)));
    at += length;
  }
  return success(hops);
}

function nextHop(attributes: readonly Attribute[], link: number): NextHop {
  const direct = attributes.find(({ type }) => type === RTA_GATEWAY)?.value;
  const via = attributes.find(({ type }) => type === RTA_VIA)?.value.subarray(2);
  const gateway = direct ?? via;
  const usable = gateway?.length === 4 || gateway?.length === 16;
  return {
    ...(usable && { gateway: formatAddress(gateway) }),
    ...(link !== 0 && { link }),
  };
}

export function describeRoute(route: RouteMessage): string {
  const hops = route.nextHops.map(
    ({ gateway, link }) =>
      `${gateway === undefined ? "" : `via ${gateway} `}link ${link ?? "none"}`,
  );
  const table = `table ${route.table} type ${route.type} metric ${route.metric}`;
  return ["route", route.destination, ...hops, table].join(" ");
}
