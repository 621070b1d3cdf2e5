import { type Fault, failure, type Result, success } from "../../../base/fault.ts";
import { NLM_F_CREATE, NLM_F_REPLACE } from "../../../wire/netlink.ts";
import { RTM_DELADDR, RTM_NEWADDR } from "../../../wire/netlink-address.ts";
import {
  type AddressOptions,
  encodeAddress,
  IFA_F_NODAD,
} from "../../../wire/netlink-address-order.ts";
import type { HeldAddress, HeldAddresses } from "../../election-ground.ts";
import type { Addon } from "../addon.ts";
import { NETLINK_ROUTE, NetlinkSocket } from "../netlink-socket.ts";

/** Longest label, IFNAMSIZ of <linux/if.h> without its zero. */
const LABEL_MAX = 15;

/** Addresses that the kernel takes away by itself unless they are prolonged. */
export class LinuxHeldAddresses implements HeldAddresses {
  readonly #netlink: NetlinkSocket;

  private constructor(netlink: NetlinkSocket) {
    this.#netlink = netlink;
  }

  /** Faults: NETLINK_REFUSED, BPF_PERMISSION. */
  static open(native: Addon): Result<LinuxHeldAddresses> {
    const netlink = NetlinkSocket.open(native, NETLINK_ROUTE);
    return netlink.ok ? success(new LinuxHeldAddresses(netlink.value)) : netlink;
  }

  /**
   * One request, whether the address is new or not: NLM_F_REPLACE sets the lifetime anew
   * (inet_rtm_newaddr of net/ipv4/devinet.c, inet6_rtm_newaddr of net/ipv6/addrconf.c).
   */
  hold(address: HeldAddress, seconds: number): Result<void> {
    const { label } = address;
    if (label !== undefined && label.length > LABEL_MAX) {
      const message = `Cannot add ${address.address}: its label "${label}" is too long`;
      return failure("ADDRESS_REFUSED", message, `take at most ${LABEL_MAX} letters`);
    }
    const payload = encodeAddress(address, optionsOf(address, seconds));
    const flags = NLM_F_CREATE | NLM_F_REPLACE;
    return this.#ask(`add ${textOf(address)}`, RTM_NEWADDR, flags, payload);
  }

  release(address: HeldAddress): Result<void> {
    const asked = this.#netlink.request(
      `remove ${textOf(address)}`,
      RTM_DELADDR,
      0,
      encodeAddress(address),
    );
    if (asked.ok || isGone(asked.fault)) return success(undefined);
    return failure("ADDRESS_REFUSED", asked.fault.message, asked.fault.fix);
  }

  close(): void {
    this.#netlink.close();
  }

  #ask(doing: string, type: number, flags: number, payload: Uint8Array): Result<void> {
    const asked = this.#netlink.request(doing, type, flags, payload);
    if (asked.ok) return success(undefined);
    return failure("ADDRESS_REFUSED", asked.fault.message, asked.fault.fix);
  }
}

/**
 * The kernel takes label and broadcast for IPv4 alone. A virtual IPv6 address it would take for its
 * own packets (RFC 6724 section 5), and so health checks would ask servers that have it too.
 */
function optionsOf(address: HeldAddress, lifetime: number): AddressOptions {
  const { family, scope = 0, label, broadcast } = address;
  if (family === 6) return { flags: IFA_F_NODAD, scope, lifetime, deprecated: true };
  return {
    scope,
    lifetime,
    ...(label === undefined ? {} : { label }),
    ...(broadcast === undefined ? {} : { broadcast }),
  };
}

/** An address goes with its interface. */
function isGone({ code }: Fault): boolean {
  return code === "ADDRESS_MISSING" || code === "LINK_MISSING";
}

function textOf({ address, prefix, link }: HeldAddress): string {
  return `${address}/${prefix} on interface ${link}`;
}
