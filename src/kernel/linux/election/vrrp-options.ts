import { addressBytes } from "../../../wire/address.ts";
import { concat } from "../../../wire/bytes.ts";
import { u32Bytes } from "../../../wire/netlink.ts";
import type { VrrpOrder } from "../../election-ground.ts";

/** One call of setsockopt(2), and what it completes "Cannot ..." with. */
export interface SocketOption {
  readonly level: number;
  readonly name: number;
  readonly value: Uint8Array;
  readonly doing: string;
}

const SOL_SOCKET = 1;
const SO_RCVBUF = 8;
const SO_PRIORITY = 12;
const SO_BINDTOIFINDEX = 62;

/** ip(7), numbers of <linux/in.h>. */
const IPPROTO_IP = 0;
const IP_TOS = 1;
const IP_TTL = 2;
const IP_MULTICAST_IF = 32;
const IP_MULTICAST_TTL = 33;
const IP_MULTICAST_LOOP = 34;
const IP_ADD_MEMBERSHIP = 35;
const IP_MULTICAST_ALL = 49;

/** ipv6(7), numbers of <linux/in6.h>. */
const IPPROTO_IPV6 = 41;
const IPV6_UNICAST_HOPS = 16;
const IPV6_MULTICAST_IF = 17;
const IPV6_MULTICAST_HOPS = 18;
const IPV6_MULTICAST_LOOP = 19;
const IPV6_JOIN_GROUP = 20;
const IPV6_MULTICAST_ALL = 29;
const IPV6_RECVPKTINFO = 49;
const IPV6_RECVHOPLIMIT = 51;
const IPV6_TCLASS = 67;

/** Network control, CS6 of RFC 2474, as routing protocols have it (RFC 4594 section 3.2). */
const NETWORK_CONTROL = 0xc0;
/** TC_PRIO_INTERACTIVE of tc-prio(8): the first band of an interface's queue. */
const PRIORITY = 6;
/** What a flood may fill of the kernel's memory; an advertisement takes less than 1 KiB of it. */
const RECEIVE_BYTES = 64 * 1024;

/** How the socket of an order differs from one that was just opened, in the order to set it. */
export function vrrpOptions(order: VrrpOrder): SocketOption[] {
  const bind = { level: SOL_SOCKET, doing: `bind to interface ${order.link}` };
  const queue = { level: SOL_SOCKET, doing: "set the priority and the queue of the socket" };
  return [
    { ...bind, name: SO_BINDTOIFINDEX, value: u32Bytes(order.link) },
    ...(order.family === 4 ? optionsOfIpv4(order) : optionsOfIpv6(order)),
    // After the type of service, which the kernel derives a priority from.
    { ...queue, name: SO_PRIORITY, value: u32Bytes(PRIORITY) },
    { ...queue, name: SO_RCVBUF, value: u32Bytes(RECEIVE_BYTES) },
  ];
}

function optionsOfIpv4({ link, group, source, ttl }: VrrpOrder): SocketOption[] {
  const set = (name: number, value: Uint8Array, doing: string) => ({
    level: IPPROTO_IP,
    name,
    value,
    doing,
  });
  const any = new Uint8Array(4);
  // struct ip_mreqn: group, local address, interface.
  const from = concat(any, addressBytes(source), u32Bytes(link));
  const options = [
    set(IP_MULTICAST_IF, from, `send on interface ${link} from ${source}`),
    set(IP_MULTICAST_TTL, u32Bytes(ttl), `set TTL ${ttl}`),
    set(IP_TTL, u32Bytes(ttl), `set TTL ${ttl}`),
    set(IP_MULTICAST_LOOP, u32Bytes(0), "turn off hearing itself"),
    set(IP_MULTICAST_ALL, u32Bytes(0), "turn off hearing groups of others"),
    set(IP_TOS, u32Bytes(NETWORK_CONTROL), "set the type of service"),
  ];
  if (group === undefined) return options;
  const join = concat(addressBytes(group), any, u32Bytes(link));
  return [...options, set(IP_ADD_MEMBERSHIP, join, `join ${group} on interface ${link}`)];
}

/** No checksum of the kernel's: IPV6_CHECKSUM is off for a new socket (RFC 3542 section 3.1). */
function optionsOfIpv6({ link, group, ttl }: VrrpOrder): SocketOption[] {
  const set = (name: number, value: number | Uint8Array, doing: string) => ({
    level: IPPROTO_IPV6,
    name,
    value: typeof value === "number" ? u32Bytes(value) : value,
    doing,
  });
  const options = [
    set(IPV6_MULTICAST_IF, link, `send on interface ${link}`),
    set(IPV6_MULTICAST_HOPS, ttl, `set hop limit ${ttl}`),
    set(IPV6_UNICAST_HOPS, ttl, `set hop limit ${ttl}`),
    set(IPV6_MULTICAST_LOOP, 0, "turn off hearing itself"),
    set(IPV6_MULTICAST_ALL, 0, "turn off hearing groups of others"),
    set(IPV6_TCLASS, NETWORK_CONTROL, "set the traffic class"),
    set(IPV6_RECVHOPLIMIT, 1, "ask for the hop limit"),
    set(IPV6_RECVPKTINFO, 1, "ask for the destination"),
  ];
  if (group === undefined) return options;
  const join = concat(addressBytes(group), u32Bytes(link));
  return [...options, set(IPV6_JOIN_GROUP, join, `join ${group} on interface ${link}`)];
}
