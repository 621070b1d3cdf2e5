import { decodeLink, encodeLink, RTM_GETLINK } from "../../wire/netlink-link.ts";
import type { Addon } from "./addon.ts";
import { NETLINK_ROUTE, NetlinkSocket } from "./netlink-socket.ts";

/**
 * The name of an interface; undefined where there is none of this index. /sys would show the
 * interfaces of the network namespace that it was mounted in, which need not be ours.
 */
export function interfaceName(native: Addon, link: number): string | undefined {
  const socket = NetlinkSocket.open(native, NETLINK_ROUTE);
  if (!socket.ok) return undefined;
  const wanted = { family: 0, index: link, hardware: 0, flags: 0, name: "", mac: "", mtu: 0 };
  const answer = socket.value.request("ask for a link", RTM_GETLINK, 0, encodeLink(wanted));
  socket.value.close();
  const first = answer.ok ? answer.value[0] : undefined;
  const decoded = first === undefined ? undefined : decodeLink(first.payload);
  return decoded?.ok === true ? decoded.value.name : undefined;
}
