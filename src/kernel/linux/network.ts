import { failure, type Result, success } from "../../base/fault.ts";
import { type Family, familyOf } from "../../wire/address.ts";
import { NLM_F_CREATE } from "../../wire/netlink.ts";
import { numberOf, RTM_GETADDR } from "../../wire/netlink-address.ts";
import { RTM_GETLINK } from "../../wire/netlink-link.ts";
import {
  encodeNeighbour,
  NTF_EXT_MANAGED,
  NTF_USE,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
} from "../../wire/netlink-neighbour.ts";
import { RTM_GETROUTE } from "../../wire/netlink-route.ts";
import type { Network } from "../kernel.ts";
import type { Addon } from "./addon.ts";
import { NETLINK_ROUTE, NetlinkSocket, type WatchEvent } from "./netlink-socket.ts";
import { KnownNetwork, routesOf } from "./network-state.ts";

/** RTNLGRP_* of <linux/rtnetlink.h>: links, neighbours, and both families' addresses and routes. */
const GROUPS = [1, 3, 5, 7, 9, 11];

/** The longest header of a dump request, struct ifinfomsg; the family is the first byte of each. */
const DUMP_BYTES = 16;

/**
 * After a dump of the routes the next one waits this many times as long as the dump took, so that a
 * routing table in turmoil takes a tenth of the time, however large it is.
 */
const ROUTE_PAUSE = 9;
/** How soon a dump that failed is tried again. */
const RETRY_MS = 1000;

/** Opens the watch on this network namespace; the first dump is complete when it returns. */
export function openNetwork(native: Addon): Result<Network> {
  const requests = NetlinkSocket.open(native, NETLINK_ROUTE);
  if (!requests.ok) return requests;
  const changes = NetlinkSocket.open(native, NETLINK_ROUTE, GROUPS);
  if (!changes.ok) {
    requests.value.close();
    return changes;
  }
  const network = new LinuxNetwork(requests.value, changes.value);
  const first = network.start();
  if (first.ok) return success(network);
  network.close();
  return first;
}

class LinuxNetwork implements Network {
  readonly state = new KnownNetwork();
  readonly #requests: NetlinkSocket;
  readonly #changes: NetlinkSocket;
  readonly #listeners: (() => void)[] = [];
  /** A dump that waits for its turn. */
  #due: NodeJS.Timeout | undefined;
  #routesNotBefore = 0;
  #open = true;

  constructor(requests: NetlinkSocket, changes: NetlinkSocket) {
    this.#requests = requests;
    this.#changes = changes;
  }

  /**
   * The watch is subscribed before the dump begins: a change in between is told twice, not never.
   */
  start(): Result<void> {
    const dumped = this.#dumpAll();
    if (dumped.ok) this.#changes.watch((event) => this.#take(event));
    return dumped;
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
    queueMicrotask(listener);
  }

  resolve(link: number, address: string): Result<void> {
    const family = familyOf(address);
    if (family === undefined) {
      return failure("ADDRESS_INVALID", `"${address}" is no IPv4 or IPv6 address`);
    }
    const managed = this.#resolve(link, address, family, 0, NTF_EXT_MANAGED);
    if (managed.ok || managed.fault.code !== "NETLINK_REFUSED") return managed;
    return this.#resolve(link, address, family, NTF_USE, 0);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#due);
    this.#requests.close();
    this.#changes.close();
  }

  #resolve(link: number, address: string, family: Family, flags: number, extended: number) {
    const payload = encodeNeighbour({ family, link, address, mac: "", state: 0, flags, extended });
    const doing = `resolve ${address} on interface ${link}`;
    const done = this.#requests.request(doing, RTM_NEWNEIGH, NLM_F_CREATE, payload);
    return done.ok ? success(undefined) : done;
  }

  #take({ messages, lost }: WatchEvent): void {
    if (!this.#open) return;
    let routes = false;
    for (const message of messages) routes = this.state.apply(message) || routes;
    if (lost) this.#recover();
    else if (routes) this.#dumpRoutesSoon();
    if (lost || messages.length > 0) this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }

  /** What is known stays in force until it can be replaced as a whole. */
  #recover(): void {
    if (!this.#dumpAll().ok) this.#later(RETRY_MS, () => this.#recover());
  }

  #dumpAll(): Result<void> {
    const fresh = new KnownNetwork();
    for (const [what, type] of [
      ["links", RTM_GETLINK],
      ["addresses", RTM_GETADDR],
      ["neighbours", RTM_GETNEIGH],
    ] as const) {
      const dumped = this.#requests.dump(`ask for the ${what}`, type, new Uint8Array(DUMP_BYTES));
      if (!dumped.ok) return dumped;
      for (const message of dumped.value) fresh.apply(message);
    }
    const routes = this.#dumpRoutes(fresh);
    if (routes.ok) this.state.become(fresh);
    return routes;
  }

  #dumpRoutes(into: KnownNetwork): Result<void> {
    const started = performance.now();
    const messages = [];
    for (const family of [4, 6] as const) {
      const payload = new Uint8Array(DUMP_BYTES);
      payload[0] = numberOf(family);
      const dumped = this.#requests.dump("ask for the routes", RTM_GETROUTE, payload);
      if (!dumped.ok) return dumped;
      for (const message of dumped.value) messages.push(message);
    }
    into.routes = routesOf(messages);
    const ended = performance.now();
    this.#routesNotBefore = ended + (ended - started) * ROUTE_PAUSE;
    return success(undefined);
  }

  /** At once where the last dump is long enough ago, so that one change is known without delay. */
  #dumpRoutesSoon(): void {
    const wait = this.#routesNotBefore - performance.now();
    if (wait > 0) this.#later(wait, () => this.#dumpRoutesSoon());
    else if (!this.#dumpRoutes(this.state).ok) this.#later(RETRY_MS, () => this.#recover());
  }

  /** One dump waits at a time; whichever it is, it brings the routes. */
  #later(ms: number, dump: () => void): void {
    if (this.#due !== undefined) return;
    this.#due = setTimeout(() => {
      this.#due = undefined;
      dump();
      this.#tell();
    }, ms);
    this.#due.unref();
  }
}
