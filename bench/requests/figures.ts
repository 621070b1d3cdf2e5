import { median } from "../statistics.ts";
import type { Connections } from "./load.ts";
import { MODES, type RequestSample, type RequestSamples } from "./measure.ts";
import { BALANCERS, type Balancer } from "./site.ts";

/** Medians over the rounds; ratios are to "direct" in the same round. */
export interface RequestFigures {
  readonly balancer: Balancer;
  readonly connections: Connections;
  readonly requestsASecond: number;
  readonly requestsRatio: number;
  /** Of the whole machine, µs a request. */
  readonly machineCpu: number;
  readonly machineRatio: number;
  /** Of the processes that take part, µs a request. */
  readonly partyCpu: number;
  readonly partyRatio: number;
  /** Of the balancer's processes, µs a request. */
  readonly processCpu: number;
  readonly errors: number;
}

export function requestFigures({ samples }: RequestSamples): RequestFigures[] {
  return MODES.flatMap((connections) => {
    const of = (balancer: Balancer) =>
      samples.filter((s) => s.balancer === balancer && s.connections === connections);
    const direct = of("direct");
    return BALANCERS.map((balancer) => figuresOf(of(balancer), direct));
  });
}

function figuresOf(
  samples: readonly RequestSample[],
  direct: readonly RequestSample[],
): RequestFigures {
  const middle = (of: (sample: RequestSample) => number) => median(samples.map(of));
  const ratio = (of: (sample: RequestSample) => number) =>
    median(samples.map((sample, round) => of(sample) / of(direct[round]!)));
  const { balancer, connections } = samples[0]!;
  return {
    balancer,
    connections,
    requestsASecond: middle(rate),
    requestsRatio: ratio(rate),
    machineCpu: middle(machineCpu),
    machineRatio: ratio(machineCpu),
    partyCpu: middle(partyCpu),
    partyRatio: ratio(partyCpu),
    processCpu: middle(({ processCpu, requests }) => (processCpu * 1e6) / requests),
    errors: samples.reduce((total, { errors }) => total + errors, 0),
  };
}

function rate({ requests, seconds }: RequestSample): number {
  return requests / seconds;
}

function machineCpu({ machineCpu: seconds, requests }: RequestSample): number {
  return (seconds * 1e6) / requests;
}

function partyCpu({ partyCpu: seconds, requests }: RequestSample): number {
  return (seconds * 1e6) / requests;
}
