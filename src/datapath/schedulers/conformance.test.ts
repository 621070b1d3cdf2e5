import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { destinationRing, sourceRing } from "../../state/rings/cyclic.ts";
import { maglevRing } from "../../state/rings/maglev.ts";
import type { Pool, PoolMember } from "../pool.ts";
import { FRESH_MEMORY, type Memory, type Scheduler } from "../scheduler.ts";
import { SCHEDULERS } from "../schedulers.ts";
import { testTuple } from "../testing/tables.ts";
import { portsWord } from "../tuple.ts";

/** What holds for every scheduler; one that is added to SCHEDULERS is held to it too. */

interface Server {
  readonly weight: number;
  readonly overloaded: boolean;
}

const weights = fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 0x7fff_ffff }));
const servers = fc.array(fc.record({ weight: weights, overloaded: fc.boolean() }), {
  maxLength: 12,
});

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

/** The rings that the control plane gives those that have one. */
const RINGS: Readonly<Record<string, (list: readonly Server[]) => Uint16Array>> = {
  dh: (list) => destinationRing(list.length),
  sh: (list) => sourceRing(list.map(({ weight }) => weight)),
  mh: (list) =>
    maglevRing(
      list.map(({ weight }, i) => ({ address: `10.0.0.${i}`, port: 80, lastWeight: weight })),
      251,
    ),
};

function poolOf(name: string, list: readonly Server[], flags = 0): Pool {
  const members = list.map(({ weight }, i) => ({ server: 100 + i, weight }));
  const weightGcd = list.reduce((divisor, { weight }) => gcd(weight, divisor), 0) || 1;
  const largest = Math.max(0, ...list.map(({ weight }) => weight));
  const weightMax = Math.max(0, largest - (weightGcd - 1));
  return {
    ring: RINGS[name]?.(list) ?? new Uint16Array(0),
    lastWeights: new Uint32Array(0),
    header: {
      generation: 1,
      scheduler: 0,
      flags,
      weightMax,
      weightGcd,
      startCursor: 0,
      startWeight: 0,
    },
    members,
  };
}

/** Connections chosen one after the other, each held open. */
function choices(scheduler: Scheduler, list: readonly Server[], count: number, from?: Memory) {
  const pool = poolOf(scheduler.name, list);
  let kept: readonly number[] | undefined;
  const { weightMax, weightGcd } = pool.header;
  let memory = from ?? scheduler.start({ weightMax, weightGcd, moved: [] }, FRESH_MEMORY);
  const active = new Map<number, number>();
  return Array.from({ length: count }, (_, i) => {
    const choice = scheduler.choose({
      pool,
      memory,
      mayTake: (member: PoolMember) => {
        return member.weight > 0 && !list[member.server - 100]!.overloaded;
      },
      overhead: (server) => 257 * (active.get(server) ?? 0),
      active: (server) => active.get(server) ?? 0,
      flow: { tuple: testTuple({ ports: portsWord(i, 80) }), tag: 0x9e37 * (i + 1), now: i },
      weight: (server) => list[server - 100]!.weight,
      serves: (server) => list[server - 100]!.weight > 0,
      isOverloaded: (server) => list[server - 100]!.overloaded,
      destination: {
        recall: () => kept,
        age: () => 0,
        keep: (servers) => {
          kept = servers;
        },
        expiration: 1000,
      },
    });
    if (choice === undefined) return undefined;
    memory = choice.memory;
    assert.ok(memory.cursor >= 0 && memory.cursor <= 0x1ffff, "the cursor has 17 bits");
    assert.ok(memory.weight >= 0 && memory.weight <= 0x7fff_ffff, "the weight has 31 bits");
    active.set(choice.server, (active.get(choice.server) ?? 0) + 1);
    return choice.server - 100;
  });
}

/** Schedulers that do not spread equal servers' connections equally, and what they do instead. */
const SHARES: Readonly<Record<string, (i: number, count: number, weight: number) => number>> = {
  // Fail-over: the newest of the heaviest has all.
  fo: () => 0,
  // Overflow: one after the other is filled, to its weight and one more.
  ovf: (i, _count, weight) => Math.floor(i / (weight + 1)),
};

/** What these choose, the flow decides: whom its hash finds, or whom its destination had. */
const BY_FLOW = new Set(["dh", "sh", "mh", "twos", "lblc", "lblcr"]);
/** Who has the flow's place takes it, or nobody. */
const BY_RING = new Set(["dh", "sh", "mh"]);

const inTurn = (i: number, count: number) => i % count;

for (const scheduler of SCHEDULERS) {
  describe(`scheduler ${scheduler.name}`, () => {
    test("never chooses a server of weight 0 or over its threshold", () => {
      fc.assert(
        fc.property(servers, (list) => {
          for (const chosen of choices(scheduler, list, 20)) {
            if (chosen === undefined) continue;
            assert.ok(list[chosen]!.weight > 0 && !list[chosen]!.overloaded);
          }
        }),
      );
    });

    test("chooses somebody whenever somebody may take a connection, and nobody otherwise", () => {
      fc.assert(
        fc.property(servers, (list) => {
          const some = list.some(({ weight, overloaded }) => weight > 0 && !overloaded);
          // Overflow turns connections away when all servers are full; at first none is.
          const looks = scheduler.name === "ovf" ? 1 : 20;
          for (const chosen of choices(scheduler, list, looks)) {
            if (BY_RING.has(scheduler.name)) assert.ok(some || chosen === undefined);
            else assert.equal(chosen !== undefined, some);
          }
        }),
      );
    });

    test("goes on from any memory that an earlier pool left", () => {
      const memories = fc.record({
        cursor: fc.integer({ min: 0, max: 0x1ffff }),
        weight: fc.integer({ min: 0, max: 0x7fff_ffff }),
      });
      const gone = fc.array(fc.integer({ min: -1, max: 11 }), { maxLength: 12 });
      fc.assert(
        fc.property(servers, memories, gone, (list, before, moved) => {
          const { weightMax, weightGcd } = poolOf(scheduler.name, list).header;
          const memory = scheduler.start({ weightMax, weightGcd, moved }, before);
          const some = list.some(({ weight, overloaded }) => weight > 0 && !overloaded);
          const [chosen] = choices(scheduler, list, 1, memory);
          if (!BY_RING.has(scheduler.name)) assert.equal(chosen !== undefined, some);
        }),
      );
    });

    test("gives servers of equal weight their shares, beginning with the newest", () => {
      const sizes = fc.integer({ min: 1, max: 9 });
      fc.assert(
        fc.property(sizes, fc.integer({ min: 1, max: 1000 }), (count, weight) => {
          const list = Array.from({ length: count }, () => ({ weight, overloaded: false }));
          const share = SHARES[scheduler.name] ?? inTurn;
          const expected = Array.from({ length: 2 * count }, (_, i) => share(i, count, weight));
          const chosen = choices(scheduler, list, 2 * count);
          if (!BY_FLOW.has(scheduler.name)) assert.deepEqual(chosen, expected);
          else for (const one of chosen) assert.ok(one !== undefined && one < count);
        }),
      );
    });

    test("depends on nothing but what it is given", () => {
      fc.assert(
        fc.property(servers, (list) => {
          assert.deepEqual(choices(scheduler, list, 15), choices(scheduler, list, 15));
        }),
      );
    });
  });
}

for (const scheduler of SCHEDULERS.filter(({ name }) => name.startsWith("w"))) {
  test(`scheduler ${scheduler.name} gives each server its weight's share`, () => {
    const small = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(small, (all) => {
        const total = all.reduce((sum, weight) => sum + weight, 0);
        fc.pre(total > 0);
        const list = all.map((weight) => ({ weight, overloaded: false }));
        const chosen = choices(scheduler, list, 3 * total);
        const shares = all.map((_, i) => chosen.filter((server) => server === i).length);
        assert.deepEqual(
          shares,
          all.map((weight) => 3 * weight),
        );
      }),
    );
  });
}
