import { Random } from "../base/random.ts";
import { Election } from "../daemon/election/election.ts";
import type { Entry } from "./entry.ts";
import type { StartElection } from "./host.ts";
import { OneHolder } from "./one-holder.ts";
import { type Plan, Simulation } from "./simulation.ts";
import { SomebodyHolds } from "./somebody-holds.ts";
import type { Violation } from "./violation.ts";

/** A fifth of a second is more than any host needs to hear of its own interface and answer. */
const SLACK = 200_000;
/** A lease, an interval more, and something for clocks that differ. */
const OTHERS_INTERVALS = 3.6;

/** The elections of Weir's daemon. */
const startElection: StartElection = (ground, report) => new Election(ground, report);

/**
 * Carries out a plan under the eyes of the invariants. `listener` hears every entry. What is
 * violated comes back in the order of its time, the first of each kind.
 */
export function tryPlan(
  plan: Plan,
  seed: number,
  listener: (entry: Entry) => void = () => {},
  start: StartElection = startElection,
): Violation[] {
  const simulation = new Simulation(plan, new Random(seed), start);
  const slots = simulation.slots.length;
  const one = new OneHolder(slots, longestInterval(plan), (host) => simulation.runs(host));
  const somebody = new SomebodyHolds(slots, livenessBound(plan), () => simulation.fitHosts());
  const found = new Map<Violation["kind"], Violation>();
  const note = (violation: Violation | undefined) => {
    if (violation !== undefined && !found.has(violation.kind)) found.set(violation.kind, violation);
  };
  simulation.listen((entry) => {
    note(one.hear(entry));
    note(somebody.hear(entry));
    listener(entry);
  });
  simulation.run();
  note(somebody.check(plan.duration));
  return [...found.values()];
}

function longestInterval({ hosts }: Plan): number {
  const instances = hosts.flatMap((host) => host.instances);
  return Math.max(...instances.map(({ advertInterval }) => advertInterval));
}

/**
 * In how long somebody holds when one is fit and nothing happens: a backup waits for three
 * intervals and a skew of up to one more (RFC 9568 section 6.1), claims for an eighth of an
 * interval or 10 ms, and waits until whoever else has claimed at the same time can hold no more,
 * who may have sent one more advertisement than arrived (src/cluster/others.ts).
 */
function livenessBound(plan: Plan): number {
  const interval = longestInterval(plan);
  const { delay, jitter } = plan.quality;
  const claim = Math.max(interval / 8, 10_000);
  return (3 + 1 + OTHERS_INTERVALS) * interval + claim + 4 * (delay + jitter) + SLACK;
}
