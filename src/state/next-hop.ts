import { assert } from "../base/assert.ts";
import { addressBytes } from "../wire/address.ts";
import { parseNetwork } from "../wire/network.ts";

/**
 * The network as the next hop of a server depends on it; the kernel boundary's NetworkState is one.
 */
export interface NetworkView {
  readonly links: ReadonlyMap<
    number,
    { readonly mac: string; readonly mtu: number; readonly up: boolean }
  >;
  readonly routes: readonly RouteView[];
  readonly addresses: readonly {
    readonly family: 4 | 6;
    readonly address: string;
    readonly prefix: number;
    readonly link: number;
  }[];
  readonly neighbours: ReadonlyMap<
    string,
    { readonly mac: string; readonly usable: boolean; readonly failed: boolean }
  >;
}

interface RouteView {
  readonly destination: string;
  readonly gateway?: string;
  readonly link?: number;
  readonly metric: number;
  readonly type: number;
  readonly table: number;
  readonly mtu: number;
  readonly source?: string;
}

/** Where packets to a server leave, and to which MAC address. */
export type NextHop =
  | {
      readonly kind: "ready";
      readonly link: number;
      /** MAC addresses of our interface and of the next hop. */
      readonly source: string;
      readonly mac: string;
      readonly mtu: number;
      /** Our own address on the way, which a tunnel's outer header is from. */
      readonly from: string | undefined;
    }
  /** The server is this host. */
  | { readonly kind: "local" }
  /** The kernel is to be asked for this neighbour. */
  | { readonly kind: "unresolved"; readonly link: number; readonly address: string }
  /** It was asked and nobody answered: to be asked again, and meanwhile clients are told. */
  | { readonly kind: "unreachable"; readonly ask?: { link: number; address: string } };

const RTN_UNICAST = 1;
const RTN_LOCAL = 2;
const RT_TABLE_LOCAL = 255;
const RT_TABLE_MAIN = 254;

/** A route with its destination taken apart, so that thousands of servers are looked up quickly. */
interface CompiledRoute {
  readonly route: RouteView;
  readonly block: Uint8Array;
  readonly prefix: number;
}

/**
 * The next hops of one state of the network, each found once.
 *
 * The kernel's order: table local, then main; in each the longest prefix, then the least metric.
 */
export class NextHops {
  readonly #network: NetworkView;
  readonly #routes: readonly CompiledRoute[];
  readonly #found = new Map<string, NextHop>();

  constructor(network: NetworkView) {
    this.#network = network;
    this.#routes = network.routes
      .filter(({ table }) => table === RT_TABLE_LOCAL || table === RT_TABLE_MAIN)
      .map(compileRoute)
      .sort(
        (a, b) =>
          b.route.table - a.route.table || b.prefix - a.prefix || a.route.metric - b.route.metric,
      );
  }

  of(address: string): NextHop {
    const known = this.#found.get(address);
    if (known !== undefined) return known;
    const found = this.#find(address);
    this.#found.set(address, found);
    return found;
  }

  /** Whether packets to the address are delivered to this host, as IPVS needs it of a VIP. */
  isLocal(address: string): boolean {
    return this.#route(address)?.type === RTN_LOCAL;
  }

  #find(address: string): NextHop {
    const route = this.#route(address);
    if (route === undefined) return { kind: "unreachable" };
    if (route.type === RTN_LOCAL) return { kind: "local" };
    const { links, neighbours } = this.#network;
    const link = route.link === undefined ? undefined : links.get(route.link);
    if (route.type !== RTN_UNICAST || link === undefined || !link.up) {
      return { kind: "unreachable" };
    }
    const ask = { link: route.link!, address: route.gateway ?? address };
    const neighbour = neighbours.get(`${ask.link} ${ask.address}`);
    if (neighbour?.failed) return { kind: "unreachable", ask };
    if (!neighbour?.usable) return { kind: "unresolved", ...ask };
    const mtu = route.mtu === 0 ? link.mtu : Math.min(route.mtu, link.mtu);
    const from = route.source ?? this.#sourceAddress(ask);
    return { kind: "ready", link: ask.link, source: link.mac, mac: neighbour.mac, mtu, from };
  }

  /**
   * inet_select_addr(), and RFC 6724 section 5 as far as one interface goes: the address whose
   * network the next hop is in, else the first that is not link-local.
   */
  #sourceAddress({ link, address }: { link: number; address: string }): string | undefined {
    const next = addressBytes(address);
    const own = this.#network.addresses.filter(
      (candidate) => candidate.link === link && isSource(candidate.address, next.length),
    );
    const near = own.find(({ address: block, prefix }) =>
      covers({ block: addressBytes(block), prefix }, next),
    );
    return (near ?? own[0])?.address;
  }

  #route(address: string): RouteView | undefined {
    const bytes = addressBytes(address);
    return this.#routes.find((compiled) => covers(compiled, bytes))?.route;
  }
}

function compileRoute(route: RouteView): CompiledRoute {
  const network = parseNetwork(route.destination);
  assert(network !== undefined, "a route's destination is a network", route.destination);
  return { route, block: addressBytes(network.address), prefix: network.prefix };
}

/** An address of the family of so many bytes that reaches beyond its link. */
function isSource(address: string, bytes: number): boolean {
  return addressBytes(address).length === bytes && !/^fe[89ab]/.test(address);
}

function covers(
  { block, prefix }: { readonly block: Uint8Array; readonly prefix: number },
  address: Uint8Array,
): boolean {
  if (block.length !== address.length) return false;
  const whole = prefix >> 3;
  for (let i = 0; i < whole; i++) if (block[i] !== address[i]) return false;
  const rest = prefix & 7;
  return rest === 0 || (block[whole]! ^ address[whole]!) >> (8 - rest) === 0;
}
