import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KEY_SERVICE, SERVER_AVAILABLE, SERVER_USED } from "../datapath/constants.ts";
import type { Dimensions, Layout } from "../datapath/layout.ts";
import { unbindLoad } from "../datapath/load.ts";
import { readPool } from "../datapath/pool.ts";
import type { Records } from "../datapath/records.ts";
import { SCHEDULERS } from "../datapath/schedulers.ts";
import { decodeServiceValue, encodeServiceKey } from "../datapath/service.ts";
import { State } from "../datapath/state.ts";
import type { View } from "../datapath/tables.ts";
import { testView } from "../datapath/testing/tables.ts";
import { formatMapped, mappedBytes } from "../wire/address.ts";
import { Publisher } from "./publisher.ts";
import { type Rules, type Server, type Service, type ServiceId, serviceName } from "./rule.ts";

const NETWORK = { links: new Map(), routes: [], neighbours: new Map(), addresses: [] };
const SECOND = 1_000_000_000n;

function server(host: number, weight = 1): Server {
  return {
    address: `10.0.0.${host}`,
    port: 80,
    method: "dr",
    weight,
    upperThreshold: 0,
    lowerThreshold: 0,
  };
}

function serviceId(host: number): ServiceId {
  return { kind: "address", protocol: "tcp", address: `192.168.150.${host}`, port: 80 };
}

function service(host: number, servers: readonly Server[], scheduler = "wrr"): Service {
  return { id: serviceId(host), scheduler, onePacket: false, schedulerFlags: 0, servers };
}

function rules(...services: readonly Service[]): Rules {
  return {
    services: new Map(services.map((each) => [serviceName(each.id), each])),
    timeouts: { tcp: 900, tcpFin: 120, udp: 300 },
  };
}

function publisherOf(dimensions: Partial<Dimensions> = {}) {
  const view = testView({ services: 16, servers: 64, poolSlots: 256, vips: 16, ...dimensions });
  return { view, publisher: new Publisher(view, NETWORK) };
}

/** What packets see of a service: its scheduler and servers, or nothing. */
function seen(view: View, host: number): string {
  const key = encodeServiceKey({
    address: mappedBytes(`192.168.150.${host}`),
    port: 80,
    protocol: 6,
    kind: KEY_SERVICE,
    generation: view.control.get(0, "generation"),
  });
  const value = view.tables.serviceKeys.get(key);
  if (value === undefined) return "none";
  const found = decodeServiceValue(value);
  const pool = readPool(view, found.service);
  const vip = formatMapped(view.vips.bytes(found.vip, "address"));
  const members = pool.members.map(({ server: index, weight }) => {
    const flags = view.servers.get(index, "flags");
    const usable = SERVER_USED | SERVER_AVAILABLE;
    assert.equal(flags & usable, usable, "packets of a server of the pool may go there");
    return `${formatMapped(view.servers.bytes(index, "address"))} ${weight}`;
  });
  return `${vip} ${SCHEDULERS[pool.header.scheduler]!.name}: ${members.join(", ")}`;
}

/** What packets ought to see of it. */
function wanted(all: Rules, host: number): string {
  const rule = all.services.get(serviceName(serviceId(host)));
  if (rule === undefined) return "none";
  const members = rule.servers.map(({ address, weight }) => `${address} ${weight}`);
  return `192.168.150.${host} ${rule.scheduler}: ${members.join(", ")}`;
}

const HOSTS = [1, 2, 3, 4, 5, 6];
const seenAll = (view: View) => HOSTS.map((host) => seen(view, host));
const wantedAll = (all: Rules) => HOSTS.map((host) => wanted(all, host));

/** Calls `look` after every store that the publisher makes where packets look. */
function watch(view: View, look: () => void): void {
  const { serviceKeys } = view.tables;
  const [setKey, deleteKey] = [serviceKeys.set, serviceKeys.delete];
  serviceKeys.set = (key, value) => {
    const written = setKey.call(serviceKeys, key, value);
    look();
    return written;
  };
  serviceKeys.delete = (key) => {
    deleteKey.call(serviceKeys, key);
    look();
  };
  watchRecords(view.services, look);
  watchRecords(view.control, look);
  watchRecords(view.servers, look);
}

function watchRecords<L extends Layout>(records: Records<L>, look: () => void): void {
  const { set, setWord } = records;
  records.set = (...args) => {
    set.apply(records, args);
    look();
  };
  records.setWord = (...args) => {
    setWord.apply(records, args);
    look();
  };
}

const someServers = fc
  .uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 6 })
  .chain((hosts) =>
    fc
      .array(fc.integer({ min: 0, max: 5 }), { minLength: hosts.length, maxLength: hosts.length })
      .map((weights) => hosts.map((host, i) => server(host, weights[i]))),
  );
const someRules = fc
  .uniqueArray(fc.constantFrom(...HOSTS), { maxLength: HOSTS.length })
  .chain((hosts) =>
    fc
      .tuple(
        ...hosts.map((host) =>
          fc
            .tuple(someServers, fc.constantFrom("rr", "wrr", "lc", "wlc"))
            .map(([servers, scheduler]) => service(host, servers, scheduler)),
        ),
      )
      .map((services) => rules(...services)),
  );

test("packets see every batch as a whole: all services as before it, or all as after it", () => {
  fc.assert(
    fc.property(fc.array(someRules, { minLength: 1, maxLength: 4 }), (batches) => {
      const { view, publisher } = publisherOf();
      let [before, after] = [wantedAll(rules()), wantedAll(rules())];
      watch(view, () => {
        const now = JSON.stringify(seenAll(view));
        assert.ok(
          [before, after].some((whole) => JSON.stringify(whole) === now),
          now,
        );
      });
      for (const [i, batch] of batches.entries()) {
        after = wantedAll(batch);
        assert.ok(publisher.publish(batch, BigInt(i) * 2n * SECOND).ok);
        assert.deepEqual(seenAll(view), after);
        before = after;
      }
    }),
    { numRuns: 50 },
  );
});

test("a batch that says what it touched does what one does that compares all", () => {
  fc.assert(
    fc.property(fc.array(someRules, { minLength: 1, maxLength: 4 }), (batches) => {
      const [told, untold] = [publisherOf(), publisherOf()];
      let before = rules();
      for (const [i, batch] of batches.entries()) {
        const now = BigInt(i) * 2n * SECOND;
        const all = [...batch.services.keys(), ...before.services.keys()];
        assert.ok(told.publisher.publish(batch, now, new Set(all)).ok);
        assert.ok(untold.publisher.publish(batch, now).ok);
        assert.deepEqual(seenAll(told.view), seenAll(untold.view));
        before = batch;
      }
    }),
    { numRuns: 20 },
  );
});

test("what a batch did not touch is not looked at", () => {
  const { view, publisher } = publisherOf();
  assert.ok(publisher.publish(rules(service(1, [server(1)])), 0n).ok);
  const both = rules(service(1, [server(2)]), service(2, [server(1)]));
  const second = [...both.services.keys()][1]!;
  assert.ok(publisher.publish(both, SECOND, new Set([second])).ok);
  const wanted = rules(service(1, [server(1)]), service(2, [server(1)]));
  assert.deepEqual(seenAll(view), wantedAll(wanted));
});

test("a neighbour is unresolved until it answers, and newly so before its server is there", () => {
  const route = { destination: "10.0.0.0/24", link: 2, metric: 0, type: 1, table: 254, mtu: 0 };
  const links = new Map([[2, { mac: "02:00:00:00:00:01", mtu: 1500, up: true }]]);
  const { publisher } = publisherOf();
  const network = { ...NETWORK, links, routes: [route] };
  publisher.setNetwork(network);
  const asked = (neighbours: Iterable<{ address: string }>) =>
    [...neighbours].map(({ address }) => address);
  assert.ok(publisher.publish(rules(service(1, [server(1)])), 0n).ok);
  assert.deepEqual(asked(publisher.unresolved()), ["10.0.0.1"]);
  assert.deepEqual(asked(publisher.newlyUnresolved(["10.0.0.1", "10.0.0.2"])), ["10.0.0.2"]);
  const answered = { mac: "02:00:00:00:00:02", usable: true, failed: false };
  publisher.setNetwork({ ...network, neighbours: new Map([["2 10.0.0.2", answered]]) });
  assert.deepEqual(asked(publisher.newlyUnresolved(["10.0.0.2"])), []);
  assert.deepEqual(asked(publisher.unresolved()), ["10.0.0.1"]);
});

test("what is given back can be used again after the grace time, for ever", () => {
  const { view, publisher } = publisherOf({ services: 4, servers: 8, poolSlots: 12, vips: 4 });
  for (let i = 0; i < 100; i++) {
    const at = BigInt(i) * 2n * SECOND;
    const batch = rules(
      service(1, [server(i % 9), server(20)]),
      service(2 + (i % 3), [server(i % 5, 3)]),
    );
    assert.ok(publisher.publish(batch, at).ok, `round ${i}`);
    assert.deepEqual(seenAll(view), wantedAll(batch));
  }
});

test("a table that is full refuses the batch, and everything stays as it was", () => {
  const crowd = (from: number, count: number) => {
    return Array.from({ length: count }, (_, i) => server(from + i));
  };
  const small = rules(service(1, crowd(1, 2)), service(2, crowd(1, 2)));
  const many = () => rules(...HOSTS.map((host) => service(host, [])));
  // Other servers each time, which fit service by service up to the last.
  const ever = (round: number) => {
    const from = 1 + ((7 * round) % 200);
    return rules(service(1, crowd(from, 2)), service(2, crowd(from, 3)), service(3, crowd(1, 9)));
  };
  const tooBig: [Partial<Dimensions>, (round: number) => Rules][] = [
    [{ services: 5 }, many],
    [{ servers: 13 }, ever],
    [{ poolSlots: 12 }, () => rules(service(1, crowd(1, 30)), service(2, []))],
    [{ vips: 3 }, many],
  ];
  for (const [dimensions, big] of tooBig) {
    const { view, publisher } = publisherOf(dimensions);
    assert.ok(publisher.publish(small, 0n).ok);
    const keys = view.tables.arrays.service_slots.slice(0);
    // Again and again: what the refused batch had taken must come back each time.
    for (let round = 1; round < 40; round++) {
      const refused = publisher.publish(big(round), BigInt(round) * 2n * SECOND);
      assert.equal(refused.ok ? "" : refused.fault.code, "TABLE_FULL", JSON.stringify(dimensions));
      assert.deepEqual(seenAll(view), wantedAll(small));
    }
    assert.deepEqual(view.tables.arrays.service_slots, keys);
    const next = rules(service(1, crowd(3, 2)), service(2, crowd(220, 2)));
    assert.ok(publisher.publish(next, 100n * SECOND).ok, JSON.stringify(dimensions));
    assert.deepEqual(seenAll(view), wantedAll(next));
  }
});

test("the number of a virtual address that nobody names any more is free a while later", () => {
  const { view, publisher } = publisherOf({ vips: 3 });
  publisher.publish(rules(service(1, []), service(2, [])), 0n);
  publisher.publish(rules(service(1, [])), 2n * SECOND);
  const next = rules(service(1, []), service(3, []), service(4, []));
  assert.ok(!publisher.publish(next, 3n * SECOND).ok);
  publisher.collectVips(4n * SECOND);
  publisher.collectVips(6n * SECOND);
  assert.ok(publisher.publish(next, 7n * SECOND).ok);
  assert.deepEqual(seenAll(view), wantedAll(next));
});

test("a removed server keeps its record while it has connections, and returns with them", () => {
  const { view, publisher } = publisherOf();
  publisher.publish(rules(service(1, [server(1), server(2)])), 0n);
  const index = publisher.servers.indexOf("tcp 192.168.150.1:80", server(1))!;
  view.loads.set(index, "active", 3);

  publisher.publish(rules(service(1, [server(2)])), 10n * SECOND);
  assert.equal(view.servers.get(index, "flags") & (SERVER_USED | SERVER_AVAILABLE), SERVER_USED);

  publisher.publish(rules(service(1, [server(1, 5), server(2)])), 20n * SECOND);
  assert.equal(publisher.servers.indexOf("tcp 192.168.150.1:80", server(1)), index);
  assert.equal(view.loads.get(index, "active"), 3);
  assert.equal(view.servers.get(index, "weight"), 5);
  assert.ok(view.servers.get(index, "flags") & SERVER_AVAILABLE);
});

test("a service that is deleted and added again finds its servers' connections as well", () => {
  const { view, publisher } = publisherOf();
  publisher.publish(rules(service(1, [server(1)])), 0n);
  const index = publisher.servers.indexOf("tcp 192.168.150.1:80", server(1))!;
  view.loads.set(index, "inactive", 1);
  publisher.publish(rules(), SECOND);
  assert.equal(view.control.get(0, "idle"), 1);
  publisher.publish(rules(service(1, [server(1)])), 2n * SECOND);
  assert.equal(view.control.get(0, "idle"), 0);
  assert.equal(publisher.servers.indexOf("tcp 192.168.150.1:80", server(1)), index);
});

test("a removed server's record goes with its last connection", () => {
  const { view, publisher } = publisherOf();
  publisher.publish(rules(service(1, [server(1)])), 0n);
  const index = publisher.servers.indexOf("tcp 192.168.150.1:80", server(1))!;
  view.loads.set(index, "active", 1);
  publisher.publish(rules(service(1, [])), SECOND);
  unbindLoad(view, index, State.ESTABLISHED);
  publisher.servers.release(2n * SECOND);
  assert.equal(view.servers.get(index, "flags"), 0);
  assert.equal(publisher.servers.indexOf("tcp 192.168.150.1:80", server(1)), undefined);
});

test("a service's VIP counts as ours only while the host has its address", () => {
  const { view, publisher } = publisherOf();
  publisher.publish(rules(service(1, [])), 0n);
  const key = encodeServiceKey({
    address: mappedBytes("192.168.150.1"),
    port: 80,
    protocol: 6,
    kind: KEY_SERVICE,
    generation: view.control.get(0, "generation"),
  });
  const flags = () => decodeServiceValue(view.tables.serviceKeys.get(key)!).flags;
  const own = { destination: "192.168.150.1/32", metric: 0, type: 2, table: 255, mtu: 0 };
  assert.equal(flags(), 0);
  publisher.setNetwork({ ...NETWORK, routes: [own] });
  assert.equal(flags(), 1);
  publisher.setNetwork(NETWORK);
  assert.equal(flags(), 0);
});
