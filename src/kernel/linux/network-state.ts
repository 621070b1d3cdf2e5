import type { NetlinkMessage } from "../../wire/netlink.ts";
import { decodeAddress, RTM_DELADDR, RTM_NEWADDR } from "../../wire/netlink-address.ts";
import {
  decodeLink,
  IFF_RUNNING,
  IFF_UP,
  RTM_DELLINK,
  RTM_NEWLINK,
} from "../../wire/netlink-link.ts";
import {
  decodeNeighbour,
  NUD_FAILED,
  NUD_VALID,
  RTM_DELNEIGH,
  RTM_NEWNEIGH,
} from "../../wire/netlink-neighbour.ts";
import {
  decodeRoute,
  type RouteMessage,
  RTM_DELROUTE,
  RTM_F_CLONED,
  RTM_NEWROUTE,
} from "../../wire/netlink-route.ts";
import type { Address, Link, Neighbour, NetworkState, Route } from "../kernel.ts";

/**
 * What netlink has told, put together. Routes come from dumps only: the kernel drops routes of a
 * link that goes down or loses an address without a word (fib_sync_down_dev of fib_semantics.c).
 */
export class KnownNetwork implements NetworkState {
  readonly links = new Map<number, Link>();
  readonly neighbours = new Map<string, Neighbour>();
  readonly #addresses = new Map<string, Address>();
  #addressList: readonly Address[] | undefined;
  routes: readonly Route[] = [];

  get addresses(): readonly Address[] {
    this.#addressList ??= [...this.#addresses.values()];
    return this.#addressList;
  }

  /** Takes over what another has gathered. */
  become(other: KnownNetwork): void {
    replaceAll(this.links, other.links);
    replaceAll(this.neighbours, other.neighbours);
    replaceAll(this.#addresses, other.#addresses);
    this.#addressList = undefined;
    this.routes = other.routes;
  }

  /** Takes one message in; true where the routes must be asked for again. */
  apply({ type, payload }: NetlinkMessage): boolean {
    switch (type) {
      case RTM_NEWLINK:
      case RTM_DELLINK:
        this.#applyLink(type === RTM_NEWLINK, payload);
        return true;
      case RTM_NEWADDR:
      case RTM_DELADDR:
        this.#applyAddress(type === RTM_NEWADDR, payload);
        return true;
      case RTM_NEWNEIGH:
      case RTM_DELNEIGH:
        this.#applyNeighbour(type === RTM_NEWNEIGH, payload);
        return false;
      default:
        return type === RTM_NEWROUTE || type === RTM_DELROUTE;
    }
  }

  #applyLink(there: boolean, payload: Uint8Array): void {
    const decoded = decodeLink(payload);
    if (!decoded.ok || decoded.value.family !== 0) return;
    const { index, name, mac, mtu, hardware, flags } = decoded.value;
    const up = (flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) !== 0;
    if (there) this.links.set(index, { index, name, mac, mtu, up, hardware });
    else this.#forgetLink(index);
  }

  /** A link that moves to another network namespace takes all with it, not all of it announced. */
  #forgetLink(index: number): void {
    this.links.delete(index);
    for (const [key, { link }] of this.#addresses) if (link === index) this.#addresses.delete(key);
    for (const [key, { link }] of this.neighbours) if (link === index) this.neighbours.delete(key);
    this.#addressList = undefined;
  }

  #applyAddress(there: boolean, payload: Uint8Array): void {
    const decoded = decodeAddress(payload);
    if (!decoded.ok || decoded.value === undefined) return;
    const { address, prefix, link } = decoded.value;
    const key = `${link} ${address}/${prefix}`;
    if (there) this.#addresses.set(key, decoded.value);
    else this.#addresses.delete(key);
    this.#addressList = undefined;
  }

  #applyNeighbour(there: boolean, payload: Uint8Array): void {
    const decoded = decodeNeighbour(payload);
    if (!decoded.ok || decoded.value === undefined) return;
    const { address, link, mac, state } = decoded.value;
    const key = `${link} ${address}`;
    const usable = (state & NUD_VALID) !== 0;
    const failed = (state & NUD_FAILED) !== 0;
    if (there) this.neighbours.set(key, { address, link, mac: usable ? mac : "", usable, failed });
    else this.neighbours.delete(key);
  }
}

function replaceAll<K, V>(map: Map<K, V>, by: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of by) map.set(key, value);
}

/** The routes of a dump; each hop of a multipath route is a route. */
export function routesOf(messages: readonly NetlinkMessage[]): Route[] {
  const routes: Route[] = [];
  for (const { type, payload } of messages) {
    const decoded = type === RTM_NEWROUTE ? decodeRoute(payload) : undefined;
    if (decoded?.ok !== true || decoded.value === undefined) continue;
    if ((decoded.value.flags & RTM_F_CLONED) !== 0) continue;
    for (const route of hopsOf(decoded.value)) routes.push(route);
  }
  return routes;
}

function hopsOf({ nextHops, flags: _, ...route }: RouteMessage): Route[] {
  return nextHops.length === 0 ? [route] : nextHops.map((hop) => ({ ...route, ...hop }));
}
