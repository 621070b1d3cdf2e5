import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "../base/random.ts";
import { instanceSettings } from "./testing/settings.ts";
import { World, type WorldNetwork } from "./testing/world.ts";

/**
 * Two and three directors of one virtual router on a network in memory. At no moment may two of
 * their leases be in force, whatever happens to the processes and to the cables one way; and when
 * all is quiet again, one of them holds.
 *
 *     host 0      host 1      host 2
 *        |           |           |
 *     ---+-----------+-----------+---   delay, loss, one-way cuts
 */

const SECOND = 1_000_000;
const QUIET: WorldNetwork = { delayMin: 100, delayMax: 1500, loss: 0, lostInARow: 0 };
/** No two messages in a row are lost one way: see IN_FORCE_INTERVALS. */
const LOSSY: WorldNetwork = { ...QUIET, loss: 0.3, lostInARow: 1 };

interface Fault {
  /** In tenths of an interval after the one before it. */
  readonly after: number;
  readonly host: number;
  readonly kind: "crash" | "pause" | "cut" | "fault" | "stop" | "priority";
  /** In tenths of an interval. */
  readonly length: number;
  readonly priority: number;
}

const fault = fc.record({
  after: fc.integer({ min: 0, max: 60 }),
  host: fc.nat({ max: 2 }),
  kind: fc.constantFrom<Fault["kind"]>("crash", "pause", "cut", "fault", "stop", "priority"),
  length: fc.integer({ min: 1, max: 80 }),
  priority: fc.integer({ min: 1, max: 254 }),
});

const scenario = fc.record({
  seed: fc.nat(),
  version: fc.constantFrom<2 | 3>(2, 3),
  hundredths: fc.constantFrom(1, 10, 100),
  priorities: fc.array(fc.integer({ min: 1, max: 255 }), { minLength: 2, maxLength: 3 }),
  preempt: fc.boolean(),
  drifts: fc.tuple(...Array.from({ length: 3 }, () => fc.integer({ min: -1000, max: 1000 }))),
  faults: fc.array(fault, { maxLength: 8 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function worldOf(what: Scenario, network: WorldNetwork): { world: World; interval: number } {
  const interval = what.version === 2 ? SECOND : what.hundredths * 10_000;
  const world = new World(
    new Random(what.seed),
    network,
    what.priorities.map((priority, i) => ({
      settings: instanceSettings({
        version: what.version,
        priority,
        preempt: what.preempt,
        advertInterval: interval,
      }),
      drift: what.drifts[i]! / 1_000_000,
      offset: 1_000_000 * (i + 1),
    })),
  );
  return { world, interval };
}

/** Carries out one fault, and what undoes it. */
function happen(world: World, what: Fault, interval: number): void {
  const host = world.hosts[what.host % world.hosts.length]!;
  const end = world.now + (what.length * interval) / 10;
  switch (what.kind) {
    case "crash":
      host.crash();
      world.at(end, () => host.start());
      break;
    case "pause":
      host.pause((what.length * interval) / 10);
      break;
    case "cut":
      // One way only: with both it would be a partition, which nothing here can survive.
      if (world.hosts.some(({ deafTo }) => deafTo.size > 0)) break;
      for (const { id } of world.hosts) if (id !== host.id) host.deafTo.add(id);
      world.note(`${host.id} is heard by nobody`);
      world.at(end, () => host.deafTo.clear());
      break;
    case "fault":
      host.tell({ kind: "fault", because: "eth1 is down" });
      world.at(end, () => host.tell({ kind: "recovered" }));
      break;
    case "stop":
      host.tell({ kind: "stop" });
      host.crash();
      world.at(end, () => host.start());
      break;
    case "priority":
      if (host.settings.priority === 255) break;
      host.tell({ kind: "priority", priority: what.priority });
  }
}

function play(what: Scenario, network: WorldNetwork, kinds: readonly Fault["kind"][]): World {
  const { world, interval } = worldOf(what, network);
  let at = 0;
  for (const [i, host] of world.hosts.entries()) world.at((i * interval) / 3, () => host.start());
  for (const each of what.faults.filter(({ kind }) => kinds.includes(kind))) {
    at += (each.after * interval) / 10;
    world.at(at, () => happen(world, each, interval));
  }
  // The longest fault, then time for an election with everything that it may have to wait for.
  world.run(at + 8 * interval + 20 * Math.max(interval, SECOND));
  return world;
}

function assertOneHolder(world: World): void {
  const story = () => world.transcript.slice(-60).join("\n");
  assert.deepEqual(world.conflicts, [], story());
  assert.equal(world.holders().length, 1, story());
}

test("crashes, pauses, faults and other priorities on a lossy network: one holder", () => {
  const kinds = ["crash", "pause", "fault", "stop", "priority"] as const;
  fc.assert(
    fc.property(scenario, (what) => assertOneHolder(play(what, LOSSY, kinds))),
    { numRuns: 1500, seed: 1 },
  );
});

test("messages of one host that reach nobody, faults and other priorities: one holder", () => {
  // Whoever is dead as well as unheard is on the other side of a partition: no crashes here.
  const kinds = ["cut", "fault", "stop", "priority"] as const;
  fc.assert(
    fc.property(scenario, (what) => assertOneHolder(play(what, QUIET, kinds))),
    { numRuns: 1500, seed: 2 },
  );
});
