import assert from "node:assert/strict";
import { test } from "node:test";
import { testView } from "../datapath/testing/tables.ts";
import type { DataPath, Network } from "../kernel/kernel.ts";
import type { Operation, ServiceId } from "../state/rule.ts";
import { LocalDirector } from "./director.ts";

const SERVICE: ServiceId = { kind: "address", protocol: "tcp", address: "10.0.0.100", port: 80 };
const LINK = 2;

/** A director whose neighbours answer when they are told to. */
function directorOf() {
  const neighbours = new Map<string, object>();
  const asked: string[] = [];
  const route = { destination: "10.0.0.0/24", link: LINK, metric: 0, type: 1, table: 254, mtu: 0 };
  const state = {
    links: new Map([[LINK, { mac: "02:00:00:00:00:01", mtu: 1500, up: true }]]),
    addresses: [{ family: 4, address: "10.0.0.254", prefix: 24, link: LINK }],
    routes: [route],
    neighbours,
  };
  const network = {
    state,
    resolve: (_: number, address: string) => void asked.push(address),
  } as unknown as Network;
  const { tables } = testView();
  const dataPath = { tables, resumed: false, attachments: () => [] } as unknown as DataPath;
  const director = new LocalDirector(dataPath, network, { monotonic: () => 1_000_000_000_000n });
  return {
    director,
    asked,
    answer: (address: string) => {
      const answered = { mac: "02:00:00:00:00:02", usable: true, failed: false };
      neighbours.set(`${LINK} ${address}`, answered);
      director.networkTurn();
    },
    servers: () => [...director.rules.services.values()].flatMap(({ servers }) => servers),
  };
}

const addService: Operation = {
  kind: "add-service",
  service: SERVICE,
  options: { scheduler: "rr", onePacket: false, schedulerFlags: 0 },
};

const addServer = (last: number): Operation => ({
  kind: "add-server",
  service: SERVICE,
  server: { address: `10.0.0.${last}`, port: 80 },
  options: { method: "dr", weight: 1, upperThreshold: 0, lowerThreshold: 0 },
});

test("a server gets no packets before its MAC address is known", async () => {
  const { director, asked, answer, servers } = directorOf();
  assert.deepEqual(await director.apply([addService]), { ok: true });
  const applied = director.apply([addServer(1), addServer(2)]);
  assert.deepEqual(asked, ["10.0.0.1", "10.0.0.2"]);
  answer("10.0.0.1");
  assert.deepEqual(servers(), []);
  answer("10.0.0.2");
  assert.deepEqual(await applied, { ok: true });
  assert.equal(servers().length, 2);
});

test("what changes meanwhile is not lost", async () => {
  const { director, answer, servers } = directorOf();
  answer("10.0.0.2");
  await director.apply([addService]);
  const slow = director.apply([addServer(1)]);
  assert.deepEqual(await director.apply([addServer(2)]), { ok: true });
  answer("10.0.0.1");
  assert.deepEqual(await slow, { ok: true });
  assert.deepEqual(
    servers().map(({ address }) => address),
    ["10.0.0.1", "10.0.0.2"],
  );
});

test("a batch that is refused by then says so", async () => {
  const { director, answer } = directorOf();
  await director.apply([addService]);
  const slow = director.apply([addServer(1)]);
  await director.apply([{ kind: "delete-service", service: SERVICE }]);
  answer("10.0.0.1");
  const applied = await slow;
  assert.ok(!applied.ok);
  assert.equal(applied.fault.code, "NO_SUCH_SERVICE");
});

test("a server that does not answer is added all the same", async () => {
  const { director, servers } = directorOf();
  assert.deepEqual(await director.apply([addService, addServer(1)]), { ok: true });
  assert.equal(servers().length, 1);
});
