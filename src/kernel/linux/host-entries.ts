import { failure, type Result, success } from "../../base/fault.ts";
import { NLM_F_CREATE } from "../../wire/netlink.ts";
import { RTM_DELADDR, RTM_NEWADDR } from "../../wire/netlink-address.ts";
import { encodeAddress, IFA_F_NODAD } from "../../wire/netlink-address-order.ts";
import { encodeRoute, RTM_DELROUTE, RTM_NEWROUTE } from "../../wire/netlink-route.ts";
import type { HostAddress, HostEntries, HostRoute } from "../host-entries.ts";
import type { Addon } from "./addon.ts";
import { NETLINK_ROUTE, NetlinkSocket } from "./netlink-socket.ts";

const NLM_F_EXCL = 0x200;

/**
 * RTPROT_KEEPALIVED of <linux/rtnetlink.h>: `ip route show proto keepalived` lists these routes, as
 * those of keepalived. An order to remove that names it leaves routes of others alone
 * (fib_table_delete of fib_trie.c, ip6_route_del of net/ipv6/route.c).
 */
const RTPROT_KEEPALIVED = 18;

const RTN_UNICAST = 1;
const RTN_BLACKHOLE = 6;
const RT_SCOPE_UNIVERSE = 0;
const RT_SCOPE_LINK = 253;
/** In an order to remove: any scope. */
const RT_SCOPE_NOWHERE = 255;

/** What the kernel answers where there is nothing to remove. */
const GONE = new Set(["ROUTE_MISSING", "ADDRESS_MISSING", "LINK_MISSING"]);

/**
 * By netlink, in the network namespace of the calling thread.
 *
 * Faults: NETLINK_REFUSED, BPF_PERMISSION.
 */
export function openHostEntries(native: Addon): Result<HostEntries> {
  const opened = NetlinkSocket.open(native, NETLINK_ROUTE);
  if (!opened.ok) return opened;
  const netlink = opened.value;
  const route = (doing: string, type: number, flags: number, order: HostRoute, scope: number) => {
    const payload = encodeRoute(messageOf(order), { protocol: RTPROT_KEEPALIVED, scope });
    return netlink.request(`${doing} the route to ${order.destination}`, type, flags, payload);
  };
  return success({
    addRoute(order) {
      const scope = order.scope ?? scopeOf(order);
      return added(route("add", RTM_NEWROUTE, NLM_F_CREATE, order, scope), "ROUTE_REFUSED");
    },
    removeRoute: (order) =>
      removed(route("remove", RTM_DELROUTE, 0, order, RT_SCOPE_NOWHERE), "ROUTE_REFUSED"),
    addAddress(address) {
      // As keepalived does: it is usable at once.
      const options = address.family === 6 ? { ...address, flags: IFA_F_NODAD } : address;
      const payload = encodeAddress(address, options);
      const flags = NLM_F_CREATE | NLM_F_EXCL;
      const asked = netlink.request(`add ${textOf(address)}`, RTM_NEWADDR, flags, payload);
      return added(asked, "ADDRESS_REFUSED");
    },
    removeAddress(address) {
      const payload = encodeAddress(address);
      const asked = netlink.request(`remove ${textOf(address)}`, RTM_DELADDR, 0, payload);
      return removed(asked, "ADDRESS_REFUSED");
    },
    close: () => netlink.close(),
  });
}

function added(asked: Result<unknown>, code: string): Result<boolean> {
  if (asked.ok) return success(true);
  if (asked.fault.code === "ENTRY_EXISTS") return success(false);
  return failure(code, asked.fault.message, asked.fault.fix);
}

function removed(asked: Result<unknown>, code: string): Result<void> {
  if (asked.ok || GONE.has(asked.fault.code)) return success(undefined);
  return failure(code, asked.fault.message, asked.fault.fix);
}

function messageOf({ gateway, link, source, metric = 0, blackhole, ...rest }: HostRoute) {
  const hop = {
    ...(gateway === undefined ? {} : { gateway }),
    ...(link === undefined ? {} : { link }),
  };
  return {
    ...rest,
    nextHops: blackhole || (gateway === undefined && link === undefined) ? [] : [hop],
    metric,
    type: blackhole ? RTN_BLACKHOLE : RTN_UNICAST,
    mtu: 0,
    flags: 0,
    ...(source === undefined ? {} : { source }),
  };
}

/** As ip-route(8) has it: what has no gateway is on the link itself. */
function scopeOf({ gateway, blackhole }: HostRoute): number {
  return gateway === undefined && !blackhole ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE;
}

function textOf({ address, prefix, link }: HostAddress): string {
  return `${address}/${prefix} on interface ${link}`;
}
