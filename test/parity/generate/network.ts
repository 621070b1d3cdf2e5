import type { Random } from "../../../src/base/random.ts";
import type { NetworkView } from "../../../src/state/next-hop.ts";

/** VIPs of services; the last of each family is sometimes nobody's. */
const VIPS4 = ["192.168.150.100", "192.168.150.101", "192.168.150.102"] as const;
const VIPS6 = ["fd00:150::100", "fd00:150::101"] as const;
export const VIPS = [...VIPS4, ...VIPS6];

/** The director's own addresses: a real server there is LOCALNODE. */
const DIRECTOR = "192.168.150.11";
const DIRECTOR6 = "fd00:150::11";
const GATEWAY = "192.168.150.1";
const ON_LINK = ["192.168.150.12", "192.168.150.13", "192.168.150.14", "192.168.150.15"];
const ON_LINK6 = ["fd00:150::12", "fd00:150::13", "fd00:150::14"];
const OTHER_LINK = ["10.0.0.2", "10.0.0.3"];
const OTHER_LINK6 = ["fd00:10::2"];
const BEHIND_GATEWAY = ["172.16.0.2"];
const NOWHERE = ["203.0.113.9", "2001:db8::9"];

/** Real servers: a next hop of every kind may be among them. */
export const SERVERS = [
  ...ON_LINK,
  ...ON_LINK,
  ...ON_LINK6,
  ...ON_LINK6,
  ...OTHER_LINK,
  ...OTHER_LINK6,
  ...BEHIND_GATEWAY,
  ...NOWHERE,
  DIRECTOR,
  DIRECTOR6,
];

const RTN_UNICAST = 1;
const RTN_LOCAL = 2;
const TABLE_MAIN = 254;
const TABLE_LOCAL = 255;

/** Whoever sends. */
export const CLIENT_MAC = "02:00:00:00:00:01";

/** The addresses that tunnels begin at. */
export const ADDRESSES: NetworkView["addresses"] = [
  { family: 4, address: DIRECTOR, prefix: 24, link: 1 },
  { family: 4, address: "10.0.0.1", prefix: 24, link: 2 },
  { family: 6, address: DIRECTOR6, prefix: 64, link: 1 },
  { family: 6, address: "fd00:10::1", prefix: 64, link: 2 },
];

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
  for (const address of [...ON_LINK, ...ON_LINK6, GATEWAY]) {
    addNeighbour(neighbours, `1 ${address}`, random, trouble);
  }
  for (const address of [...OTHER_LINK, ...OTHER_LINK6]) {
    addNeighbour(neighbours, `2 ${address}`, random, trouble);
  }
  return { links, routes: routes(random, trouble), neighbours, addresses: ADDRESSES };
}

function routes(random: Random, trouble: number): Route[] {
  const astray = Math.max(trouble, 0.3);
  const doubtful: readonly string[] = [VIPS4[2], VIPS6[1]];
  const local = [DIRECTOR, DIRECTOR6, ...VIPS].filter(
    (address) => !doubtful.includes(address) || !random.chance(astray),
  );
  const narrow = random.chance(0.5) ? 600 : 0;
  return [
    ...local.map((address) => route(host(address), RTN_LOCAL, TABLE_LOCAL, 1)),
    route("192.168.150.0/24", RTN_UNICAST, TABLE_MAIN, 1),
    route("10.0.0.0/24", RTN_UNICAST, TABLE_MAIN, 2),
    route("fd00:150::/64", RTN_UNICAST, TABLE_MAIN, 1),
    route("fd00:10::/64", RTN_UNICAST, TABLE_MAIN, 2),
    { ...route("172.16.0.0/16", RTN_UNICAST, TABLE_MAIN, 1), gateway: GATEWAY, mtu: narrow },
  ];
}

function host(address: string): string {
  return `${address}/${address.includes(":") ? 128 : 32}`;
}

function route(destination: string, type: number, table: number, link: number): Route {
  return { destination, type, table, link, metric: 0, mtu: 0 };
}

function mtu(random: Random, trouble: number): number {
  return random.chance(trouble)
    ? random.pick([68, 100, 576, 1000, 1280])
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
  const last = name.slice(name.search(/[^.:]+$/)).padStart(3, "0");
  const family = name.includes(":") ? 6 : 4;
  const mac = `02:00:0${family}:0${name[0]}:0${last[0]}:${last.slice(1)}`;
  neighbours.set(name, { mac, usable: true, failed: false });
}
