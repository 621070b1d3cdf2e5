import type { FindRoute } from "../../src/datapath/verdict.ts";
import { type NetworkView, NextHops } from "../../src/state/next-hop.ts";
import { familyOf, formatMapped } from "../../src/wire/address.ts";
import { macBytes } from "../../src/wire/mac.ts";
import { inNetwork, parseNetwork } from "../../src/wire/network.ts";

/** The director's side of a captured network: its interfaces, routes and permanent neighbours. */
export interface Plan {
  /** The first is interface 1. */
  readonly interfaces: readonly Interface[];
  /** Addresses and networks that are local to the director, besides those of its interfaces. */
  readonly local: readonly string[];
  /** MAC address by neighbour; the interface is the one whose network or route holds it. */
  readonly neighbours: Readonly<Record<string, string>>;
  readonly routes?: readonly Route[];
}

export interface Interface {
  readonly mac: string;
  /** With the prefix length of their network: "10.0.0.1/24". */
  readonly addresses: readonly string[];
  /** In bytes; 1500 when left out. */
  readonly mtu?: number;
}

export interface Route {
  readonly destination: string;
  readonly gateway?: string;
  readonly link: number;
  readonly mtu?: number;
}

const RTN_UNICAST = 1;
const RTN_LOCAL = 2;
const MAIN = 254;
const LOCAL = 255;

export const ETHERNET_MTU = 1500;

/** The state of the kernel's network as the control plane sees it. */
export function networkOf(plan: Plan): NetworkView {
  const main = (route: Route) => ({ metric: 0, type: RTN_UNICAST, table: MAIN, mtu: 0, ...route });
  const local = (destination: string) => {
    return { destination, metric: 0, type: RTN_LOCAL, table: LOCAL, mtu: 0 };
  };
  const addresses = plan.interfaces.flatMap(({ addresses: own }, i) =>
    own.map((text) => {
      const [address, prefix] = text.split("/");
      return {
        family: familyOf(address!)!,
        address: address!,
        prefix: Number(prefix),
        link: i + 1,
      };
    }),
  );
  const connected = plan.interfaces.flatMap(({ addresses: own }, i) =>
    own.map((text) => ({ destination: networkHolding(text), link: i + 1 })),
  );
  const ways = [...connected, ...(plan.routes ?? [])];
  const linkOf = (address: string) =>
    ways.find(({ destination }) => inNetwork(address, destination))!.link;
  return {
    links: new Map(
      plan.interfaces.map(({ mac, mtu = ETHERNET_MTU }, i) => [i + 1, { mac, mtu, up: true }]),
    ),
    addresses,
    routes: [
      ...ways.map(main),
      ...addresses.map(({ address }) => local(hostNetwork(address))),
      ...plan.local.map((text) => local(text.includes("/") ? text : hostNetwork(text))),
    ],
    neighbours: new Map(
      Object.entries(plan.neighbours).map(
        ([address, mac]) =>
          [`${linkOf(address)} ${address}`, { mac, usable: true, failed: false }] as const,
      ),
    ),
  };
}

/** bpf_fib_lookup() in a network of few enough packets to look at its routes for each. */
export function findRouteIn(network: NetworkView): FindRoute {
  return ({ destination, length }) => {
    const hop = new NextHops(network).of(formatMapped(destination));
    if (hop.kind !== "ready") return undefined;
    if (length > hop.mtu) return "too-big";
    return {
      ifindex: hop.link,
      source: macBytes(hop.source),
      destination: macBytes(hop.mac),
    };
  };
}

/** "10.0.0.0/24" of "10.0.0.1/24". */
function networkHolding(text: string): string {
  const { address, prefix } = parseNetwork(text)!;
  return `${address}/${prefix}`;
}

function hostNetwork(address: string): string {
  return `${address}/${familyOf(address) === 4 ? 32 : 128}`;
}
