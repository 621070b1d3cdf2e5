import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionPlace, setWordFlags } from "../datapath/connection.ts";
import { newConnection } from "../datapath/connection-new.ts";
import { FRESH, TICKS_PER_SECOND } from "../datapath/constants.ts";
import { IPPROTO_UDP } from "../datapath/protocol.ts";
import { State } from "../datapath/state.ts";
import { sweep } from "../datapath/sweep.ts";
import { testTuple } from "../datapath/testing/tables.ts";
import type { Tuple } from "../datapath/tuple.ts";
import { listConnections } from "./connections.ts";
import { PublishedRules, testServer, testService } from "./testing/published.ts";

const WEB = testService(100, [testServer(7)]);
const NOW = 5_000_000;

/** A director with one service, and a way to open connections at it. */
function directorOf() {
  const director = new PublishedRules();
  director.publish(WEB);
  const { view } = director;
  const vip = view.services.get(0, "vip");
  const open = (fields: Partial<Tuple>, now: number, state: State = State.SYN_RECV): number => {
    const tuple = testTuple(fields);
    const place = connectionPlace(view, tuple);
    const before = [...view.words];
    const entry = { server: director.recordOf(WEB, 7), vip, state, collides: false, control: 0 };
    assert.equal(typeof newConnection(view, tuple, place, entry, now), "object");
    return view.words.findIndex((word, at) => at % 2 === 1 && word !== before[at]) >> 1;
  };
  return { view, open, vip };
}

const seconds = (count: number) => Math.round(count * TICKS_PER_SECOND);

test("an empty table lists nothing", () => {
  assert.deepEqual([...listConnections(directorOf().view, NOW)], []);
});

test("a connection is told by its state, its three ends and its seconds", () => {
  const { view, open } = directorOf();
  open({}, NOW);
  assert.deepEqual(
    [...listConnections(view, NOW)],
    [
      {
        protocol: "TCP",
        expires: 59,
        state: "SYN_RECV",
        client: { address: "192.168.150.60", port: 2001 },
        virtual: { address: "192.168.150.100", port: 80 },
        destination: { address: "10.0.0.7", port: 80 },
      },
    ],
  );
});

test("an entry that packets touch has its time before it, one that rests has lost some", () => {
  const { view, open } = directorOf();
  open({}, NOW);
  assert.equal([...listConnections(view, NOW + seconds(30))][0]!.expires, 59);
  sweep(view, 0, view.tables.dimensions.buckets, NOW + seconds(30));
  assert.equal([...listConnections(view, NOW + seconds(40))][0]!.expires, 49);
});

test("an entry that is overdue has no seconds, and never fewer", () => {
  const { view, open } = directorOf();
  open({}, NOW);
  sweep(view, 0, view.tables.dimensions.buckets, NOW);
  assert.equal([...listConnections(view, NOW + seconds(61))][0]!.expires, 0);
});

test("seconds are right across the wrap of the clock", () => {
  const { view, open } = directorOf();
  const late = 2 ** 32 - seconds(5);
  open({}, late);
  sweep(view, 0, view.tables.dimensions.buckets, late);
  assert.equal([...listConnections(view, seconds(5.5))][0]!.expires, 49);
});

test("an entry that is still being written is not listed", () => {
  const { view, open } = directorOf();
  const index = open({}, NOW);
  setWordFlags(view, index, FRESH);
  assert.deepEqual([...listConnections(view, NOW)], []);
});

test("UDP has a name, and every connection a line", () => {
  const { view, open, vip } = directorOf();
  view.vips.set(vip, "protocol", IPPROTO_UDP);
  for (let port = 1; port <= 10; port++) {
    open({ ports: (0x5000 << 16) | (port << 8), protocol: IPPROTO_UDP }, NOW, State.UDP);
  }
  const listed = [...listConnections(view, NOW)];
  assert.equal(listed.length, 10);
  assert.ok(listed.every(({ protocol, state }) => protocol === "UDP" && state === "UDP"));
  assert.equal(new Set(listed.map(({ client }) => client.port)).size, 10);
});
