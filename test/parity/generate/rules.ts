import type { Random } from "../../../src/base/random.ts";
import { SCHEDULERS } from "../../../src/datapath/schedulers.ts";
import {
  type Rules,
  type Server,
  type Service,
  type ServiceId,
  serviceName,
} from "../../../src/state/rule.ts";
import { IPVS_TIMEOUTS } from "../../../src/state/timeouts.ts";
import { SERVERS, VIPS } from "./network.ts";

const PORTS = [80, 443, 53] as const;
const WEIGHTS = [0, 1, 1, 1, 2, 3, 4, 6, 100, 65535, 2 ** 31 - 1];
const SERVERS_MAX = 9;

export type AddressId = Extract<ServiceId, { kind: "address" }>;

/** Any of the services that there may be. */
export function generateServiceId(random: Random): AddressId {
  return {
    kind: "address",
    protocol: random.chance(0.65) ? "tcp" : "udp",
    address: random.pick(VIPS),
    port: random.pick(PORTS),
  };
}

export function generateRules(random: Random): Rules {
  const services = new Map<string, Service>();
  const count = 1 + random.integer(5);
  for (let i = 0; i < count; i++) {
    const service = generateService(random, generateServiceId(random));
    services.set(serviceName(service.id), service);
  }
  return { services, timeouts: IPVS_TIMEOUTS };
}

/** One change or a few, as `ipvsadm` makes them one by one and a restore makes many at once. */
export function changeRules(random: Random, rules: Rules): Rules {
  // ipvsadm -C: without any service the director is a host like others.
  const cleared = random.chance(0.05);
  const services = new Map(cleared ? [] : rules.services);
  let { timeouts } = rules;
  if (cleared && random.chance(0.7)) return { services, timeouts };
  const changes = random.chance(0.6) ? 1 : 2 + random.integer(4);
  for (let i = 0; i < changes; i++) {
    const live = [...services.values()];
    if (live.length === 0 || random.chance(0.12)) {
      const service = generateService(random, generateServiceId(random));
      services.set(serviceName(service.id), service);
    } else if (random.chance(0.08)) {
      services.delete(serviceName(random.pick(live).id));
    } else if (random.chance(0.06)) {
      timeouts = {
        tcp: random.pick([1, 60, 900]),
        tcpFin: random.pick([1, 120]),
        udp: random.pick([1, 300]),
      };
    } else {
      const service = random.pick(live);
      services.set(serviceName(service.id), changeService(random, service));
    }
  }
  return { services, timeouts };
}

function generateService(random: Random, id: ServiceId): Service {
  let service: Service = {
    id,
    scheduler: random.pick(SCHEDULERS).name,
    onePacket: false,
    schedulerFlags: 0,
    servers: [],
  };
  const count = random.chance(0.1) ? 0 : 1 + random.integer(6);
  for (let i = 0; i < count; i++) service = addServer(random, service);
  return service;
}

function changeService(random: Random, service: Service): Service {
  const { servers } = service;
  const change = random.integer(10);
  if (change === 0) return { ...service, scheduler: random.pick(SCHEDULERS).name };
  if (servers.length === 0 || change <= 3) return addServer(random, service);
  const chosen = random.pick(servers);
  if (change <= 5) return { ...service, servers: servers.filter((server) => server !== chosen) };
  const edited = {
    ...chosen,
    weight: change === 6 ? 0 : random.pick(WEIGHTS),
    ...(change >= 8 ? generateThresholds(random) : {}),
  };
  return {
    ...service,
    servers: servers.map((server) => (server === chosen ? edited : server)),
  };
}

/** At the head: IPVS keeps the newest server first. */
function addServer(random: Random, service: Service): Service {
  const port = service.id.kind === "address" ? service.id.port : 0;
  const address = random.pick(SERVERS);
  const known = service.servers.some((server) => server.address === address);
  if (known || service.servers.length >= SERVERS_MAX) return { ...service };
  const server: Server = {
    address,
    port,
    method: "dr",
    weight: random.pick(WEIGHTS),
    ...(random.chance(0.25) ? generateThresholds(random) : NO_THRESHOLDS),
  };
  return { ...service, servers: [server, ...service.servers] };
}

const NO_THRESHOLDS = { upperThreshold: 0, lowerThreshold: 0 };

function generateThresholds(random: Random) {
  const upperThreshold = random.pick([0, 1, 2, 4, 8, 65535]);
  return { upperThreshold, lowerThreshold: random.pick([0, 0, 1, 2, upperThreshold]) };
}
