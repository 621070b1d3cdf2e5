import type { Random } from "../../../src/base/random.ts";
import type { NetworkView } from "../../../src/state/next-hop.ts";

/** VIPs of services; the last is sometimes nobody's. */
export const VIPS = ["192.168.150.100", "192.168.150.101", "192.168.150.102"] as const;

/** The director's own address: a real server there is LOCALNODE. */
const DIRECTOR = "192.168.150.11";
const GATEWAY = "192.168.150.1";
const ON_LINK = ["192.168.150.12", "192.168.150.13", "192.168.150.14", "192.168.150.15"];
const OTHER_LINK = ["10.0.0.2", "10.0.0.3"];
const BEHIND_GATEWAY = ["172.16.0.2"];
const NOWHERE = ["203.0.113.9"];

/** Real servers: a next hop of every kind may be among them. */
export const SERVERS = [
  ...ON_LINK,
  ...ON_LINK,
  ...OTHER_LINK,
  ...BEHIND_GATEWAY,
  ...NOWHERE,
  DIRECTOR,
];

const RTN_UNICAST = 1;
const RTN_LOCAL = 2;
const TABLE_MAIN = 254;
const TABLE_LOCAL = 255;

type Route = NetworkView["routes"][number];
type Neighbour = { mac: string; usable: boolean; failed: boolean };

/**
 * Frames come in on link 1 and may leave on link 2. Most neighbours are known; `trouble`, from 0 to
 * 1, is how often one is not, and how often a link is narrow.
 */
export function generateNetwork(random: Random, trouble: number): NetworkView {
  const links = new Map([
    [1, { mac: "02:00:00:00:00:10", mtu: mtu(random, trouble), up: true }],
    [2, { mac: "02:00:00:00:02:10", mtu: mtu(random, trouble), up: !random.chance(trouble / 2) }],
  ]);
  const neighbours = new Map<string, Neighbour>();
  for (const address of [...ON_LINK, GATEWAY]) {
    addNeighbour(neighbours, `1 ${address}`, random, trouble);
  }
  for (const address of OTHER_LINK) addNeighbour(neighbours, `2 ${address}`, random, trouble);
  return { links, routes: routes(random, trouble), neighbours };
}

function routes(random: Random, trouble: number): Route[] {
  const local = [DIRECTOR, ...VIPS].filter(
    (address) => address !== VIPS[2] || !random.chance(Math.max(trouble, 0.3)),
  );
  const narrow = random.chance(0.5) ? 600 : 0;
  return [
    ...local.map((address) => route(`${address}/32`, RTN_LOCAL, TABLE_LOCAL, 1)),
    route("192.168.150.0/24", RTN_UNICAST, TABLE_MAIN, 1),
    route("10.0.0.0/24", RTN_UNICAST, TABLE_MAIN, 2),
    { ...route("172.16.0.0/16", RTN_UNICAST, TABLE_MAIN, 1), gateway: GATEWAY, mtu: narrow },
  ];
}

function route(destination: string, type: number, table: number, link: number): Route {
  return { destination, type, table, link, metric: 0, mtu: 0 };
}

function mtu(random: Random, trouble: number): number {
  return random.chance(trouble)
    ? random.pick([68, 100, 576, 1000])
    : random.pick([1500, 1500, 9000]);
}

function addNeighbour(
  neighbours: Map<string, Neighbour>,
  name: string,
  random: Random,
  trouble: number,
): void {
  if (random.chance(trouble)) {
    if (random.chance(0.5)) neighbours.set(name, { mac: "", usable: false, failed: true });
    return;
  }
  const last = name.slice(name.lastIndexOf(".") + 1).padStart(3, "0");
  const mac = `02:00:00:0${name[0]}:0${last[0]}:${last.slice(1)}`;
  neighbours.set(name, { mac, usable: true, failed: false });
}
