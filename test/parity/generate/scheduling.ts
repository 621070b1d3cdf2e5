import type { Random } from "../../../src/base/random.ts";
import { type Rules, type Server, type Service, serviceName } from "../../../src/state/rule.ts";
import { IPVS_TIMEOUTS } from "../../../src/state/timeouts.ts";
import { frame } from "../../../src/wire/frame.ts";
import { TO_DIRECTOR } from "../fixtures/world.ts";
import type { Settings, Step } from "../step.ts";
import { generateNetwork } from "./network.ts";

/**
 * One scheduler at work: many clients and destinations, servers that fill and empty, weights that
 * change. Scenarios of the whole director come to each scheduler now and then; this goes into its
 * corners.
 */

const VIP = "192.168.150.100";
const MARK = 1;
/** Many more destinations than the tables remember. */
const DESTINATIONS = 250;
const CLIENTS = 40;
const STEPS = 400;

/** Servers of about the same weight, and of very different ones. */
const WEIGHTS = [[1], [0, 1, 1, 2], [1, 2, 3, 300], [1, 65_535, 2 ** 31 - 1]] as const;

export function generateScheduling(random: Random, scheduler: string, buckets: number): Step[] {
  const weights = random.pick(WEIGHTS);
  const count = random.pick([2, 5, 20]);
  const destinations = random.pick([1, 5, DESTINATIONS]);
  let servers: readonly Server[] = Array.from({ length: count }, (_, i) =>
    generateServer(random, i + 1, weights),
  );
  let flags = random.integer(4);
  const rules = (): Step => ({ kind: "rules", rules: rulesOf(scheduler, flags, servers) });
  const steps: Step[] = [
    { kind: "network", network: generateNetwork(random, 0) },
    { kind: "settings", settings: settingsOf(random) },
    MARKS,
    rules(),
  ];
  while (steps.length < STEPS) {
    const event = random.integer(60);
    if (event === 0 || event === 4) {
      servers = changeServers(random, servers, weights);
      steps.push(rules());
    } else if (event === 1) {
      flags = random.integer(4);
      steps.push(rules());
    } else if (event === 2) {
      steps.push({ kind: "age", seconds: random.pick([3.37, 70.37, 130.37, 1000.37]) });
      steps.push({ kind: "sweep", firstBucket: 0, buckets });
    } else if (event === 3) {
      steps.push({ kind: "settings", settings: settingsOf(random) });
    } else {
      steps.push(...flow(random, destinations));
    }
  }
  return steps;
}

/** A client's SYN, and mostly what makes the connection active or ends it. */
function flow(random: Random, destinations: number): Step[] {
  const place = random.integer(destinations);
  const ends = {
    source: `198.51.100.${1 + random.integer(CLIENTS)}`,
    destination: random.chance(0.5) ? VIP : `10.98.0.${place}`,
    sourcePort: 1024 + random.integer(60_000),
  };
  const then = random.pick([[], ["ack"], ["ack"], ["ack", "rst"]] as const);
  return (["syn", ...then] as const).map((flag) => ({
    kind: "packet",
    frame: frame({
      eth: TO_DIRECTOR,
      ip: { source: ends.source, destination: ends.destination },
      tcp: { sourcePort: ends.sourcePort, destinationPort: 80, flags: [flag] },
    }),
  }));
}

function generateServer(random: Random, host: number, weights: readonly number[]): Server {
  const upperThreshold = random.pick([0, 0, 0, 2, 6]);
  return {
    address: `192.168.150.${10 + host}`,
    port: 80,
    method: "dr",
    weight: random.pick(weights),
    upperThreshold,
    lowerThreshold: upperThreshold === 0 ? 0 : random.integer(upperThreshold),
  };
}

function changeServers(
  random: Random,
  servers: readonly Server[],
  weights: readonly number[],
): readonly Server[] {
  const chosen = random.pick(servers);
  const rest = servers.filter((server) => server !== chosen);
  if (random.chance(0.4) && rest.length > 0) return rest;
  const weight = random.chance(0.5) ? 0 : random.pick(weights);
  if (random.chance(0.5)) {
    return servers.map((server) => (server === chosen ? { ...server, weight } : server));
  }
  const known = new Set(servers.map(({ address }) => address));
  const added = generateServer(random, 1 + random.integer(24), weights);
  return known.has(added.address) ? servers : [added, ...servers];
}

/** Of an address, and of a mark for many destinations. */
function rulesOf(scheduler: string, schedulerFlags: number, servers: readonly Server[]): Rules {
  const options = { scheduler, onePacket: false, schedulerFlags };
  const services: Service[] = [
    { id: { kind: "address", protocol: "tcp", address: VIP, port: 80 }, ...options, servers },
    { id: { kind: "mark", mark: MARK, family: 4 }, ...options, servers },
  ];
  const named = services.map((service) => [serviceName(service.id), service] as const);
  return { services: new Map(named), timeouts: IPVS_TIMEOUTS };
}

const ANY_PORT = [0, 0xffff] as const;
const MARKS: Step = {
  kind: "marks",
  marks: [
    {
      family: 4,
      source: "0.0.0.0",
      sourcePrefix: 96,
      destination: "10.98.0.0",
      destinationPrefix: 96 + 16,
      protocol: 0,
      sourcePorts: ANY_PORT,
      destinationPorts: ANY_PORT,
      ifindex: 0,
      mark: MARK,
    },
  ],
};

function settingsOf(random: Random): Settings {
  return {
    lease: "none",
    connReuseMode: 1,
    sloppyTcp: false,
    expireNodestConn: false,
    expireQuiescentTemplate: false,
    secureTcp: false,
    natIcmpSend: false,
    pmtuDisc: true,
    lblcrExpiration: random.pick([0, 60, 60, 86_400]),
  };
}
