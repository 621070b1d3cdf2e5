import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { NO_MEMBER, POOL_FALLBACK, POOL_PORTS } from "../datapath/constants.ts";
import { type Pool, readPool } from "../datapath/pool.ts";
import { observe } from "./observe.ts";
import { Publisher } from "./publisher.ts";
import { destinationRing, sourceRing } from "./rings/cyclic.ts";
import type { Service } from "./rule.ts";
import { PublishedRules, testServer, testService } from "./testing/published.ts";

const DIMENSIONS = { poolSlots: 8192 };

/** What each of these left of the first service's pool, published one after the other. */
function pools(...history: readonly Service[]): Pool[] {
  const director = new PublishedRules(DIMENSIONS);
  return history.map((service) => {
    director.publish(service);
    return poolOf(director);
  });
}

function poolOf({ view }: PublishedRules): Pool {
  const pool = readPool(view, observe(view)[0]!.index);
  return { ...pool, ring: pool.ring.slice() };
}

/** Servers 10.0.0.1 and on, newest last in this list and first in the pool. */
function hashing(scheduler: string, ...weights: readonly number[]): Service {
  return testService(
    100,
    weights.map((weight, i) => testServer(i + 1, weight)),
    scheduler,
  );
}

/** How many places each member has. */
function shares({ ring, members }: Pool): number[] {
  return members.map((_, i) => ring.filter((member) => member === i).length);
}

describe("a pool's ring", () => {
  test("is of dh and sh by their own rules, and of mh by last weights", () => {
    const [dh, sh, mh] = pools(
      hashing("dh", 3, 0, 1),
      hashing("sh", 3, 0, 1),
      hashing("mh", 3, 0, 1),
    );
    assert.deepEqual(dh!.ring, destinationRing(3));
    assert.deepEqual(sh!.ring, sourceRing([3, 0, 1]));
    assert.deepEqual(shares(mh!), [3070, 0, 1023]);
  });

  test("is empty of other schedulers, and without servers", () => {
    const all = pools(hashing("rr", 1), hashing("mh"), hashing("sh"), hashing("dh"));
    assert.deepEqual(
      all.map(({ ring }) => ring.length),
      [0, 0, 0, 0],
    );
  });

  test("goes when a service goes over to a scheduler without, and comes back", () => {
    const [before, between, after] = pools(
      hashing("mh", 2, 1),
      hashing("wlc", 2, 1),
      hashing("mh", 2, 1),
    );
    assert.equal(between!.ring.length, 0);
    assert.deepEqual(after!.ring, before!.ring);
  });

  test("is the same for many members, to the last of them", () => {
    const [pool] = pools(hashing("dh", ...new Array<number>(60).fill(1)));
    assert.deepEqual(pool!.ring, destinationRing(60));
    assert.equal(pool!.members.length, 60);
  });
});

describe("a server of mh that is quiesced", () => {
  test("keeps its places, from one change of the service to the next", () => {
    const [before, quiesced, again, other] = pools(
      hashing("mh", 2, 3, 1),
      hashing("mh", 2, 0, 1),
      { ...hashing("mh", 2, 0, 1), schedulerFlags: 1 },
      hashing("mh", 3, 0, 2),
    );
    assert.deepEqual(quiesced!.ring, before!.ring);
    assert.deepEqual(again!.ring, before!.ring);
    assert.deepEqual(other!.ring, pools(hashing("mh", 3, 3, 2))[0]!.ring);
  });

  test("keeps them under schedulers that have no ring", () => {
    const all = pools(hashing("rr", 1, 1), hashing("wlc", 1, 0), hashing("mh", 1, 0));
    assert.deepEqual(all[2]!.ring, pools(hashing("mh", 1, 1))[0]!.ring);
  });

  test("has the places of its new weight when it is set to one", () => {
    const all = pools(hashing("mh", 1, 1), hashing("mh", 1, 0), hashing("mh", 1, 4));
    assert.deepEqual(all[2]!.ring, pools(hashing("mh", 1, 4))[0]!.ring);
  });

  test("has lost them when it is removed and added again with weight 0", () => {
    const all = pools(hashing("mh", 1, 1), hashing("mh", 1, 0), hashing("mh", 1));
    assert.deepEqual(shares(all[2]!), [4093]);
    const [, , , added] = pools(
      hashing("mh", 1, 1),
      hashing("mh", 1, 0),
      hashing("mh", 1),
      hashing("mh", 1, 0),
    );
    assert.deepEqual(shares(added!), [4093, 0]);
  });

  test("keeps them when all are quiesced; none has any that never had a weight", () => {
    const all = pools(hashing("mh", 1, 2), hashing("mh", 0, 0));
    assert.deepEqual(all[1]!.ring, all[0]!.ring);
    const [never] = pools(hashing("mh", 0, 0));
    assert.deepEqual(new Set(never!.ring), new Set([NO_MEMBER]));
  });

  test("keeps them over a restart of the daemon, and nobody writes over them", () => {
    const director = new PublishedRules(DIMENSIONS);
    director.publish(hashing("mh", 2, 3, 1));
    const before = poolOf(director).ring;
    director.publish(hashing("mh", 2, 0, 1));

    const restarted = new PublishedRules(DIMENSIONS);
    Object.assign(restarted, { view: director.view, publisher: resumed(director) });
    const others = [101, 102, 103].map((host) => testService(host, [testServer(1)], "sh"));
    restarted.publish(hashing("mh", 2, 0, 1), ...others);
    assert.deepEqual(poolOf(restarted).ring, before);
    restarted.publish({ ...hashing("mh", 2, 0, 1), schedulerFlags: 2 }, ...others);
    assert.deepEqual(poolOf(restarted).ring, before);
  });
});

function resumed({ view }: PublishedRules): Publisher {
  const network = { links: new Map(), routes: [], neighbours: new Map(), addresses: [] };
  const publisher = new Publisher(view, network);
  publisher.resume(observe(view));
  return publisher;
}

test("the flags of sh and mh are bits of the pool, as ipvsadm -b gives them", () => {
  const flags = [0, 1, 2, 3].map((schedulerFlags) => {
    const [pool] = pools({ ...hashing("sh", 1), schedulerFlags });
    return pool!.header.flags & (POOL_FALLBACK | POOL_PORTS);
  });
  assert.deepEqual(flags, [0, POOL_FALLBACK, POOL_PORTS, POOL_FALLBACK | POOL_PORTS]);
});
