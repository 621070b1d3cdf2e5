import { inNetwork } from "../wire/network.ts";

/**
 * The network as the next hop of a server depends on it; the kernel boundary's NetworkState is one.
 */
export interface NetworkView {
  readonly links: ReadonlyMap<
    number,
    { readonly mac: string; readonly mtu: number; readonly up: boolean }
  >;
  readonly routes: readonly RouteView[];
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
}

/** Where packets to a server leave, and to which MAC address. */
export type NextHop =
  | {
      readonly kind: "ready";
      readonly link: number;
      readonly source: string;
      readonly mac: string;
      readonly mtu: number;
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

/**
 * The kernel's order: table local, then main; in each the longest prefix, then the least metric.
 */
export function nextHop(network: NetworkView, address: string): NextHop {
  const route =
    bestRoute(network, address, RT_TABLE_LOCAL) ?? bestRoute(network, address, RT_TABLE_MAIN);
  if (route === undefined) return { kind: "unreachable" };
  if (route.type === RTN_LOCAL) return { kind: "local" };
  const link = route.link === undefined ? undefined : network.links.get(route.link);
  if (route.type !== RTN_UNICAST || link === undefined || !link.up) return { kind: "unreachable" };
  const ask = { link: route.link!, address: route.gateway ?? address };
  const neighbour = network.neighbours.get(`${ask.link} ${ask.address}`);
  if (neighbour?.failed) return { kind: "unreachable", ask };
  if (!neighbour?.usable) return { kind: "unresolved", ...ask };
  const mtu = route.mtu === 0 ? link.mtu : Math.min(route.mtu, link.mtu);
  return { kind: "ready", link: ask.link, source: link.mac, mac: neighbour.mac, mtu };
}

/** Whether packets to the address are delivered to this host, as IPVS needs it of a VIP. */
export function isLocal(network: NetworkView, address: string): boolean {
  return bestRoute(network, address, RT_TABLE_LOCAL)?.type === RTN_LOCAL;
}

function bestRoute(network: NetworkView, address: string, table: number): RouteView | undefined {
  let best: RouteView | undefined;
  for (const route of network.routes) {
    if (route.table !== table || !inNetwork(address, route.destination)) continue;
    if (best === undefined || beats(route, best)) best = route;
  }
  return best;
}

function beats(route: RouteView, other: RouteView): boolean {
  const difference = prefixOf(route) - prefixOf(other);
  return difference > 0 || (difference === 0 && route.metric < other.metric);
}

function prefixOf(route: RouteView): number {
  return Number(route.destination.slice(route.destination.indexOf("/") + 1));
}
