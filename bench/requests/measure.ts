import { setTimeout as sleep } from "node:timers/promises";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { endedChildrenSeconds, familySeconds, machineSeconds } from "./cpu.ts";
import { type Connections, requestFor } from "./load.ts";
import { installMissing } from "./packages.ts";
import { BALANCERS, type Balancer, Site, urlOf } from "./site.ts";

/** One balancer for some seconds. */
export interface RequestSample {
  readonly balancer: Balancer;
  readonly connections: Connections;
  readonly requests: number;
  readonly seconds: number;
  readonly errors: number;
  /** Seconds of CPU time of the whole machine meanwhile. */
  readonly machineCpu: number;
  /** Seconds of CPU time of the client, the servers and the balancer's processes meanwhile. */
  readonly partyCpu: number;
  /** Seconds of CPU time of the balancer's processes meanwhile. */
  readonly processCpu: number;
}

export interface RequestSamples {
  readonly samples: readonly RequestSample[];
  /** CPUs that were busy in the breaks between rounds, when nothing of ours was asked. */
  readonly idle: readonly number[];
}

export interface RequestPlan {
  readonly rounds: number;
  /** Whole seconds that one sample takes. */
  readonly seconds: number;
}

export const MODES: readonly Connections[] = ["close", "keep-alive"];

const BREAK_MS = 500;

/**
 * Each balancer in turn, round after round, in one network with the same servers.
 *
 * Faults: those of the parts; BENCH_INTERRUPTED.
 */
export async function measureRequests(
  plan: RequestPlan,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<RequestSamples>> {
  const installed = await installMissing(say);
  if (!installed.ok) return installed;
  say("requests: builds the network");
  const site = await Site.build();
  if (!site.ok) return site;
  let measured: Result<RequestSamples>;
  let down: Result<unknown>;
  try {
    measured = await rounds(site.value, plan, say, interrupted);
  } finally {
    down = await site.value.takeDown();
  }
  return down.ok ? measured : down;
}

async function rounds(
  site: Site,
  plan: RequestPlan,
  say: (line: string) => void,
  interrupted: AbortSignal,
): Promise<Result<RequestSamples>> {
  const samples: RequestSample[] = [];
  const idle: number[] = [];
  for (let round = 1; round <= plan.rounds; round++) {
    say(`requests: round ${round} of ${plan.rounds}`);
    idle.push(await busyCpus(BREAK_MS));
    for (const balancer of BALANCERS) {
      const sampled = await turn(site, balancer, plan.seconds, interrupted);
      if (!sampled.ok) return sampled;
      samples.push(...sampled.value);
    }
  }
  return success({ samples, idle });
}

async function turn(
  site: Site,
  balancer: Balancer,
  seconds: number,
  interrupted: AbortSignal,
): Promise<Result<RequestSample[]>> {
  const samples: RequestSample[] = [];
  const begun = await site.begin(balancer);
  if (!begun.ok) return begun;
  for (const connections of MODES) {
    if (interrupted.aborted) return failure("BENCH_INTERRUPTED", "The bench was interrupted");
    const sampled = await sample(site, balancer, connections, seconds);
    if (!sampled.ok) return sampled;
    samples.push(sampled.value);
  }
  await site.end(balancer);
  return success(samples);
}

async function sample(
  site: Site,
  balancer: Balancer,
  connections: Connections,
  seconds: number,
): Promise<Result<RequestSample>> {
  const own = site.processesOf(balancer);
  const read = () => ({
    machine: machineSeconds(),
    servers: familySeconds(site.servers),
    client: endedChildrenSeconds(),
    own: familySeconds(own),
  });
  const before = read();
  const load = await requestFor(site.lab, urlOf(balancer), connections, seconds);
  if (!load.ok) return load;
  const after = read();
  const processCpu = after.own - before.own;
  return success({
    balancer,
    connections,
    ...load.value,
    machineCpu: after.machine - before.machine,
    partyCpu: after.servers - before.servers + after.client - before.client + processCpu,
    processCpu,
  });
}

async function busyCpus(milliseconds: number): Promise<number> {
  const [start, worked] = [performance.now(), machineSeconds()];
  await sleep(milliseconds);
  return (machineSeconds() - worked) / ((performance.now() - start) / 1000);
}
