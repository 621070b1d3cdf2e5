import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { NO_MEMBER } from "../../datapath/constants.ts";
import { hsiphash } from "../../datapath/siphash.ts";
import { MAGLEV_RING, type MaglevServer, maglevRing } from "./maglev.ts";

const servers = (...weights: number[]): MaglevServer[] =>
  weights.map((lastWeight, i) => ({ address: `192.168.150.${i + 1}`, port: 80, lastWeight }));

function shares(ring: Uint16Array, members: number): number[] {
  const counts = new Array<number>(members).fill(0);
  for (const member of ring) counts[member]!++;
  return counts;
}

/**
 * The paper's own way: each server's whole list of preferences, all servers in turn taking the next
 * one of theirs that is free.
 */
function fromPreferences(list: readonly MaglevServer[], turns: readonly number[], size: number) {
  const preferences = list.map(({ address, port }) => {
    const number = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0) + port;
    const offset = hsiphash(number, 2654435761n) % size;
    const skip = (hsiphash(number, 2654446892n) % (size - 1)) + 1;
    return Array.from({ length: size }, (_, j) => (offset + j * skip) % size);
  });
  const ring = new Map<number, number>();
  for (;;) {
    for (const [member, wanted] of preferences.entries()) {
      for (let turn = 0; turn < turns[member]!; turn++) {
        ring.set(wanted.find((place) => !ring.has(place))!, member);
        if (ring.size === size) return Array.from({ length: size }, (_, place) => ring.get(place));
      }
    }
  }
}

describe("maglevRing()", () => {
  test("is the table of the paper's algorithm", () => {
    const weights = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(weights, (list) => {
        // A weight of 1 among them, so that no divisor shortens the turns.
        const turns = [1, ...list];
        const ring = maglevRing(servers(...turns), 251);
        assert.deepEqual([...ring], fromPreferences(servers(...turns), turns, 251));
      }),
      { numRuns: 30 },
    );
  });

  test("fills every place, with shares by weight", () => {
    const ring = maglevRing(servers(1, 2, 3));
    assert.equal(ring.length, MAGLEV_RING);
    assert.deepEqual(shares(ring, 3), [683, 1364, 2046]);
  });

  test("shares depend on the weights' ratio alone", () => {
    assert.deepEqual(maglevRing(servers(300, 200, 100)), maglevRing(servers(3, 2, 1)));
  });

  test("weights count to as many bits as half the table's index, and to one place at least", () => {
    // 1000 has ten bits, six of which count: whatever is below 32 has one place in a row.
    assert.deepEqual(maglevRing(servers(1000, 1)), maglevRing(servers(1000, 31)));
    assert.notDeepEqual(maglevRing(servers(1000, 1)), maglevRing(servers(1000, 32)));
    // 65,521 is the table of index 16: eight bits.
    assert.deepEqual(maglevRing(servers(1000, 1), 65_521), maglevRing(servers(1000, 7), 65_521));
    assert.notDeepEqual(maglevRing(servers(1000, 1), 65_521), maglevRing(servers(1000, 8), 65_521));
  });

  test("a server that never had a weight has no place", () => {
    assert.deepEqual(shares(maglevRing(servers(1, 0, 1)), 3)[1], 0);
  });

  test("without any weight every place is nobody's", () => {
    for (const list of [[], servers(0, 0)]) {
      assert.deepEqual(new Set(maglevRing(list)), new Set([NO_MEMBER]));
    }
  });

  test("a server that goes takes few of the others' places with it", () => {
    const all = servers(...new Array<number>(10).fill(1));
    const before = maglevRing(all, 65_537);
    const after = maglevRing(all.slice(0, -1), 65_537);
    const moved = before.filter((member, place) => member !== 9 && member !== after[place]).length;
    assert.ok(moved < 65_537 * 0.05, `${moved} places of servers that stayed`);
  });

  test("a server's port is part of what it is", () => {
    const [first, second] = servers(1, 1);
    const moved = maglevRing([{ ...first!, port: 8080 }, second!]);
    assert.notDeepEqual(moved, maglevRing([first!, second!]));
  });

  test("has places for more servers than it has: the newest have one each", () => {
    const many = Array.from({ length: 300 }, (_, i) => ({
      address: `10.0.${i >> 8}.${i & 255}`,
      port: 80,
      lastWeight: 1,
    }));
    const ring = maglevRing(many, 251);
    assert.deepEqual(
      [...ring].sort((a, b) => a - b),
      Array.from({ length: 251 }, (_, i) => i),
    );
  });
});
