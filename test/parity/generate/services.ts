import type { Random } from "../../../src/base/random.ts";
import { SCHEDULERS } from "../../../src/datapath/schedulers.ts";
import type {
  ForwardingMethod,
  Server,
  Service,
  ServiceId,
  ServiceOptions,
  Tunnel,
} from "../../../src/state/rule.ts";
import { serviceFamily } from "../../../src/state/rule-faults.ts";
import { familyOf } from "../../../src/wire/address.ts";
import { SERVERS, VIPS } from "./network.ts";

const PORTS = [80, 443, 53] as const;
const MARKS = [1, 2, 0xffff_ffff] as const;
const WEIGHTS = [0, 1, 1, 1, 2, 3, 4, 6, 100, 65535, 2 ** 31 - 1];
const SERVERS_MAX = 9;
const METHODS: readonly ForwardingMethod[] = ["dr", "tun", "tun", "nat", "nat"];

export type AddressId = Extract<ServiceId, { kind: "address" }>;

/** Any of the services of addresses that there may be. */
export function generateAddressId(random: Random): AddressId {
  return {
    kind: "address",
    protocol: random.chance(0.65) ? "tcp" : "udp",
    address: random.pick(VIPS),
    port: random.pick(PORTS),
  };
}

function generateServiceId(random: Random): ServiceId {
  if (random.chance(0.15)) {
    return { kind: "mark", mark: random.pick(MARKS), family: random.chance(0.6) ? 4 : 6 };
  }
  return { ...generateAddressId(random), ...(random.chance(0.1) ? { port: 0 } : {}) };
}

export function generateService(random: Random): Service {
  const id = generateServiceId(random);
  let service: Service = { id, ...generateOptions(random, id), servers: [] };
  const count = random.chance(0.1) ? 0 : 1 + random.integer(6);
  for (let i = 0; i < count; i++) service = addServer(random, service);
  return service;
}

function generateOptions(random: Random, id: ServiceId): ServiceOptions {
  const everyPort = id.kind === "address" && id.port === 0;
  const udp = id.kind === "mark" || id.protocol === "udp";
  return {
    scheduler: random.pick(SCHEDULERS).name,
    onePacket: udp && random.chance(0.15),
    schedulerFlags: random.chance(0.7) ? 0 : random.integer(4),
    ...((everyPort || random.chance(0.2)) && { persistence: generatePersistence(random, id) }),
  };
}

function generatePersistence(random: Random, id: ServiceId) {
  const masks =
    serviceFamily(id) === 4
      ? ["255.255.255.255", "255.255.255.0", "255.0.255.0", "0.0.0.0"]
      : ["128", "64", "121", "1"];
  return { seconds: random.pick([1, 30, 300, 360]), mask: random.pick(masks) };
}

export function changeService(random: Random, service: Service): Service {
  const { servers } = service;
  const change = random.integer(10);
  if (change === 0) return { ...service, ...generateOptions(random, service.id) };
  if (servers.length === 0 || change <= 3) return addServer(random, service);
  const chosen = random.pick(servers);
  if (change <= 5) return { ...service, servers: servers.filter((server) => server !== chosen) };
  const edited = {
    ...chosen,
    weight: change === 6 ? 0 : random.pick(WEIGHTS),
    ...(change >= 8 ? generateThresholds(random) : {}),
    ...(change === 9 ? generateMethod(random, service.id, chosen.address) : {}),
  };
  return {
    ...service,
    servers: servers.map((server) => (server === chosen ? edited : server)),
  };
}

/** At the head: IPVS keeps the newest server first. */
function addServer(random: Random, service: Service): Service {
  const address = random.pick(SERVERS);
  const forwarding = generateMethod(random, service.id, address);
  const known = service.servers.some((server) => server.address === address);
  if (known || service.servers.length >= SERVERS_MAX || forwarding === undefined) {
    return { ...service };
  }
  const own = service.id.kind === "address" ? service.id.port : 0;
  const server: Server = {
    address,
    port: forwarding.method === "nat" ? random.pick([own, 0, 8080]) : own,
    ...forwarding,
    weight: random.pick(WEIGHTS),
    ...(random.chance(0.25) ? generateThresholds(random) : NO_THRESHOLDS),
  };
  return { ...service, servers: [server, ...service.servers] };
}

/** How packets get there; undefined where the families differ and no tunnel helps. */
function generateMethod(random: Random, id: ServiceId, address: string) {
  const method = random.pick(METHODS);
  if (method === "tun") return { method, tunnel: generateTunnel(random) };
  return familyOf(address) === serviceFamily(id) ? { method } : undefined;
}

function generateTunnel(random: Random): Tunnel {
  const type = random.pick(["ipip", "gre", "gue"] as const);
  const sums = { ipip: ["nocsum"], gre: ["nocsum", "csum"], gue: ["nocsum", "csum", "remcsum"] };
  const checksum = random.pick(sums[type]) as Tunnel["checksum"];
  return { type, port: type === "gue" ? 6080 : 0, checksum };
}

const NO_THRESHOLDS = { upperThreshold: 0, lowerThreshold: 0 };

function generateThresholds(random: Random) {
  const upperThreshold = random.pick([0, 1, 2, 4, 8, 65535]);
  return { upperThreshold, lowerThreshold: random.pick([0, 0, 1, 2, upperThreshold]) };
}
