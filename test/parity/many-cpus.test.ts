import assert from "node:assert/strict";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { wordFlags, wordIsUsed, wordServer, wordState } from "../../src/datapath/connection.ts";
import { FRESH } from "../../src/datapath/constants.ts";
import { iface } from "../../src/datapath/layout.ts";
import { REASONS, type Reason } from "../../src/datapath/reason.ts";
import { readReasons } from "../../src/datapath/reasons.ts";
import { toTicks } from "../../src/datapath/receive.ts";
import { stateIsActive } from "../../src/datapath/state.ts";
import { HASH_KEYS, View } from "../../src/datapath/tables.ts";
import { addon, BUILD } from "../../src/kernel/linux/addon.ts";
import { LinuxDataPath } from "../../src/kernel/linux/data-path.ts";
import { loadObject, readObject } from "../../src/kernel/linux/object.ts";
import { readCounters } from "../../src/state/counters.ts";
import { Publisher } from "../../src/state/publisher.ts";
import { applyOperations, EMPTY_RULES } from "../../src/state/rules.ts";
import type { Errand } from "./cpu-worker.ts";

const PACKETS = 30_000;
const SERVERS = ["10.9.0.2", "10.9.0.3", "10.9.0.4"];
const EVENTS: ReadonlySet<Reason> = new Set(["rescheduled", "evicted", "collision"]);

/** A program over a table so small that flows of all threads meet in every bucket. */
function load() {
  const native = addon();
  if (!native.ok) return native;
  const file = readObject(`${BUILD}weir.bpf.o`);
  if (!file.ok) return file;
  const cpus = native.value.possibleCpus();
  const dimensions = { buckets: 32, services: 4, servers: 8, poolSlots: 32, vips: 8, cpus };
  const keys = Uint32Array.from({ length: HASH_KEYS }, (_, i) => 0x9e3779b1 * (i + 3));
  const loaded = loadObject(native.value, file.value, dimensions, keys);
  if (!loaded.ok) return loaded;
  const path = new LinuxDataPath(native.value, loaded.value, dimensions, keys, undefined, false);
  return { ok: true as const, path, program: loaded.value.program };
}

function publishRules(view: View): void {
  const service = {
    kind: "address",
    protocol: "tcp",
    address: "10.9.0.100",
    port: 80,
  } as const;
  const plain = { onePacket: false, schedulerFlags: 0 };
  const limits = { upperThreshold: 0, lowerThreshold: 0 };
  const applied = applyOperations(EMPTY_RULES, [
    { kind: "add-service", service, options: { scheduler: "wlc", ...plain } },
    ...SERVERS.map((address, i) => ({
      kind: "add-server" as const,
      service,
      server: { address, port: 80 },
      options: { method: "dr" as const, weight: i + 1, ...limits },
    })),
  ]);
  assert.ok(applied.ok);
  const main = { metric: 0, type: 1, table: 254, mtu: 0 };
  const mac = (last: string) => `02:00:00:00:00:${last}`;
  const publisher = new Publisher(view, {
    links: new Map([[1, { mac: mac("10"), mtu: 1500, up: true }]]),
    routes: [
      { ...main, destination: "10.9.0.0/24", link: 1 },
      { ...main, destination: "10.9.0.100/32", link: 1, type: 2, table: 255 },
    ],
    neighbours: new Map(
      SERVERS.map((address, i) => [
        `1 ${address}`,
        { mac: mac(`2${i}`), usable: true, failed: false },
      ]),
    ),
    addresses: [],
  });
  assert.ok(publisher.publish(applied.rules, 0n).ok);
}

test("threads on all CPUs, and the sweep among them, lose and invent nothing", async (t) => {
  const loaded = load();
  if (!loaded.ok) {
    t.skip(`skipped, because ${loaded.fault.message}`);
    return;
  }
  const { path, program } = loaded;
  const view = new View(path.tables);
  view.control.set(0, "conn_reuse_mode", 3);
  view.ifaces.bytes(1, "mac").set([2, 0, 0, 0, 0, 0x10]);
  view.ifaces.set(1, "ifindex", 1);
  assert.equal(view.ifaces.layout.size, iface.size);
  publishRules(view);
  // States end quickly, so that the sweep has much to take out while packets come.
  view.timeouts.fill(2);

  const threads = Math.max(2, availableParallelism());
  const workers = Array.from({ length: threads }, (_, seed) => {
    const errand: Errand = { program, seed, packets: PACKETS, flows: 600 };
    return new Worker(new URL("./cpu-worker.ts", import.meta.url), { workerData: errand });
  });
  const messages = Promise.all(workers.map(async (worker) => (await once(worker, "message"))[0]));
  const sweeping = setInterval(() => {
    const swept = path.sweep(0, 32, toTicks(process.hrtime.bigint()));
    assert.ok(swept.ok);
  }, 1);
  const verdicts = (await messages) as Map<number, number>[];
  clearInterval(sweeping);

  const reasons = readReasons(view);
  const given = REASONS.filter((reason) => !EVENTS.has(reason));
  const total = given.reduce((sum, reason) => sum + reasons.get(reason)!, 0n);
  const sent = verdicts.flatMap((map) => [...map.values()]).reduce((a, b) => a + b, 0);
  assert.equal(sent, threads * PACKETS);
  assert.equal(total, BigInt(sent), "every packet has one reason");

  const counted = new Map<number, { active: number; inactive: number }>();
  for (let index = 0; index < view.cold.count; index++) {
    if (!wordIsUsed(view, index)) continue;
    assert.equal(wordFlags(view, index) & FRESH, 0, "no record is left half written");
    const server = wordServer(view, index);
    const counts = counted.get(server) ?? { active: 0, inactive: 0 };
    if (stateIsActive(wordState(view, index))) counts.active++;
    else counts.inactive++;
    counted.set(server, counts);
  }
  let packets = 0n;
  let connections = 0n;
  for (let server = 0; server < SERVERS.length; server++) {
    const { active, inactive } = counted.get(server) ?? { active: 0, inactive: 0 };
    assert.equal(view.loads.get(server, "active"), active, `active of server ${server}`);
    assert.equal(view.loads.get(server, "inactive"), inactive, `inactive of server ${server}`);
    packets += readCounters(view, server).inPackets;
    connections += readCounters(view, server).connections;
  }
  const forwarded = (["forwarded", "scheduled", "untracked"] as const).map((r) => reasons.get(r)!);
  assert.equal(packets, forwarded[0]! + forwarded[1]! + forwarded[2]!);
  assert.equal(connections, reasons.get("scheduled"));
  assert.ok(reasons.get("evicted")! > 0n, "buckets were full");

  // Long after, two rounds of the sweep: the first sees what was touched, the second ends it all.
  const later = toTicks(process.hrtime.bigint());
  assert.ok(path.sweep(0, 32, later).ok);
  const last = path.sweep(0, 32, later + 10);
  assert.ok(last.ok && last.value.live === 0);
  for (let server = 0; server < SERVERS.length; server++) {
    assert.equal(view.loads.get(server, "active") + view.loads.get(server, "inactive"), 0);
  }
  path.close();
});
