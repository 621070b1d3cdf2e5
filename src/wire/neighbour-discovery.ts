import { failure, type Result, success } from "../base/fault.ts";
import { addressBytes, formatAddress, IPV6_ADDRESS_BYTES } from "./address.ts";
import { concat, truncated } from "./bytes.ts";
import type { Icmp } from "./icmp.ts";
import { ICMPV6_TYPE } from "./icmpv6.ts";
import { formatMac, MAC_BYTES, macBytes } from "./mac.ts";

/** Neighbour solicitations and advertisements of IPv6 (RFC 4861 sections 4.3 and 4.4). */
export interface NeighbourDiscovery {
  readonly kind: "solicitation" | "advertisement";
  /** The address that is asked for or told. */
  readonly target: string;
  /** The link-layer address of the sender (solicitation) or the target (advertisement). */
  readonly mac?: string;
  /**
   * Advertisement only: the sender is a router, was asked, and caches shall take the new address.
   */
  readonly router: boolean;
  readonly solicited: boolean;
  readonly override: boolean;
}

const ROUTER = 0x8000_0000;
const SOLICITED = 0x4000_0000;
const OVERRIDE = 0x2000_0000;
const SOURCE_LINK_ADDRESS = 1;
const TARGET_LINK_ADDRESS = 2;

/** The message as ICMPv6 carries it. */
export function neighbourMessage(message: NeighbourDiscovery): Icmp {
  const { kind, target, mac, router, solicited, override } = message;
  const advertisement = kind === "advertisement";
  const flags = (router ? ROUTER : 0) + (solicited ? SOLICITED : 0) + (override ? OVERRIDE : 0);
  const option = advertisement ? TARGET_LINK_ADDRESS : SOURCE_LINK_ADDRESS;
  const link = mac === undefined ? [] : [Uint8Array.of(option, 1), macBytes(mac)];
  return {
    type: advertisement ? ICMPV6_TYPE.neighbourAdvertisement : ICMPV6_TYPE.neighbourSolicitation,
    code: 0,
    rest: advertisement ? flags : 0,
    body: concat(addressBytes(target), ...link),
  };
}

/** Faults: TRUNCATED, BAD_LENGTH (an option of length 0), NOT_NEIGHBOUR_DISCOVERY. */
export function readNeighbourMessage(icmp: Icmp): Result<NeighbourDiscovery> {
  const advertisement = icmp.type === ICMPV6_TYPE.neighbourAdvertisement;
  if (!advertisement && icmp.type !== ICMPV6_TYPE.neighbourSolicitation) {
    return failure("NOT_NEIGHBOUR_DISCOVERY", `ICMPv6 type ${icmp.type} is no neighbour discovery`);
  }
  const { body, rest } = icmp;
  if (body.length < IPV6_ADDRESS_BYTES) {
    return truncated("neighbour discovery", IPV6_ADDRESS_BYTES, body.length);
  }
  const wanted = advertisement ? TARGET_LINK_ADDRESS : SOURCE_LINK_ADDRESS;
  const link = findLinkAddress(body.subarray(IPV6_ADDRESS_BYTES), wanted);
  if (!link.ok) return link;
  const message = {
    kind: advertisement ? ("advertisement" as const) : ("solicitation" as const),
    target: formatAddress(body.subarray(0, IPV6_ADDRESS_BYTES)),
    router: advertisement && (rest & ROUTER) !== 0,
    solicited: advertisement && (rest & SOLICITED) !== 0,
    override: advertisement && (rest & OVERRIDE) !== 0,
  };
  return success(link.value === undefined ? message : { ...message, mac: link.value });
}

/** Tells all nodes that the address is here now: what gratuitous ARP is to IPv4 (section 7.2.6). */
export function unsolicitedAdvertisement(mac: string, target: string): Icmp {
  const told = { kind: "advertisement", target, mac } as const;
  return neighbourMessage({ ...told, router: false, solicited: false, override: true });
}

/** Where a solicitation for the address goes: ff02::1:ff and its last 24 bits (RFC 4291 2.7.1). */
export function solicitedNode(address: string): string {
  const group = addressBytes("ff02::1:ff00:0");
  group.set(addressBytes(address).subarray(13), 13);
  return formatAddress(group);
}

/** The MAC address of an IPv6 multicast group: 33:33 and its last 32 bits (RFC 2464 section 7). */
export function multicastMac(group: string): string {
  return formatMac(Uint8Array.of(0x33, 0x33, ...addressBytes(group).subarray(12)));
}

/** "icmp6 neighbor advertisement fd00:150::100 is-at 02:00:00:00:00:10 override". */
export function describeNeighbourMessage(message: NeighbourDiscovery): string {
  const { kind, target, mac } = message;
  const flags = (["router", "solicited", "override"] as const).filter((flag) => message[flag]);
  const link = mac === undefined ? "" : ` ${kind === "advertisement" ? "is-at" : "from"} ${mac}`;
  return [`icmp6 neighbor ${kind} ${target}${link}`, ...flags].join(" ");
}

function findLinkAddress(options: Uint8Array, wanted: number): Result<string | undefined> {
  for (let at = 0; at < options.length; ) {
    if (options.length < at + 2) return truncated("neighbour option", at + 2, options.length);
    const bytes = options[at + 1]! * 8;
    if (bytes === 0) return failure("BAD_LENGTH", "neighbour option says length 0");
    if (options.length < at + bytes) {
      return truncated("neighbour option", at + bytes, options.length);
    }
    if (options[at] === wanted) {
      return success(formatMac(options.subarray(at + 2, at + 2 + MAC_BYTES)));
    }
    at += bytes;
  }
  return success(undefined);
}
