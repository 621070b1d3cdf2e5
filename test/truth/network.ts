import type { NetworkView } from "../../src/state/next-hop.ts";

/** The director's side of a captured network: its interfaces, routes and permanent neighbours. */
export interface Plan {
  readonly interfaces: readonly { readonly mac: string; readonly network: string }[];
  /** Addresses and networks that are local to the director. */
  readonly local: readonly string[];
  /** MAC address by neighbour; the interface is the one whose network holds it. */
  readonly neighbours: Readonly<Record<string, string>>;
  readonly routes?: readonly Route[];
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

/** The state of the kernel's network as the control plane sees it; interface 1 is the first. */
export function networkOf(plan: Plan): NetworkView {
  const main = (route: Route) => ({ metric: 0, type: RTN_UNICAST, table: MAIN, mtu: 0, ...route });
  const connected = plan.interfaces.map(({ network }, i) => ({
    destination: network,
    link: i + 1,
  }));
  const linkOf = (address: string) => {
    const third = (text: string) => text.split(".").slice(0, 3).join(".");
    return 1 + plan.interfaces.findIndex(({ network }) => third(network) === third(address));
  };
  const neighbours = Object.entries(plan.neighbours).map(
    ([address, mac]) =>
      [`${linkOf(address)} ${address}`, { mac, usable: true, failed: false }] as const,
  );
  return {
    links: new Map(plan.interfaces.map(({ mac }, i) => [i + 1, { mac, mtu: 1500, up: true }])),
    routes: [
      ...[...connected, ...(plan.routes ?? [])].map(main),
      ...plan.local.map((address) => ({
        destination: address.includes("/") ? address : `${address}/32`,
        metric: 0,
        type: RTN_LOCAL,
        table: LOCAL,
        mtu: 0,
      })),
    ],
    neighbours: new Map(neighbours),
  };
}
