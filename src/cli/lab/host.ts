/** A host of a lab, in a network namespace of its own. */
export interface LabHost {
  readonly name: string;
  readonly role: Role;
  /** Address and MAC address of its eth0. */
  readonly address: string;
  readonly mac: string;
  /** Its interfaces, eth0 first. */
  readonly links: readonly LabLink[];
  readonly routes: readonly LabRoute[];
  /** Whether it passes on what is not its own. */
  readonly forwards: boolean;
}

export interface LabLink {
  /** "eth0" or "eth1". */
  readonly name: string;
  readonly segment: Segment;
  readonly address: string;
  readonly prefix: number;
  readonly mac: string;
}

export interface LabRoute {
  /** "default", or a network. */
  readonly to: string;
  readonly via: string;
}

export type Role = "client" | "director" | "real server" | "router";

/** What hosts are connected by: a bridge of this name in the namespace of the switch. */
export type Segment = "bridge" | "inside" | "far";

/** Where an interface is on a segment, for example ["bridge", "192.168.150.", 11]. */
export type Place = readonly [segment: Segment, network: string, number: number];

const PREFIX = 24;

/**
 * The last number of an address, written in decimal, is also the last pair of the MAC address; the
 * pair before it is 01 on a second interface.
 */
export function labHost(
  name: string,
  role: Role,
  places: readonly [Place, ...Place[]],
  { routes = [], forwards = false }: Partial<Pick<LabHost, "routes" | "forwards">> = {},
): LabHost {
  const links = places.map(([segment, network, number], index) => ({
    name: `eth${index}`,
    segment,
    address: `${network}${number}`,
    prefix: PREFIX,
    mac: `02:00:00:00:0${index}:${String(number).padStart(2, "0")}`,
  }));
  const { address, mac } = links[0]!;
  return { name, role, address, mac, links, routes, forwards };
}

/** The port of the switch that an interface is plugged into. */
export function switchPort(host: string, link: string): string {
  return link === "eth0" ? host : `${host}-${link}`;
}
