import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { failure } from "../base/fault.ts";
import { type ServiceMap, serviceMap } from "../state/plan.ts";
import type { Server } from "../state/rule.ts";
import { AppliedServices } from "./applied-services.ts";
import { memoryStore } from "./testing/applied-store.ts";

const silent = pino({ level: "silent" });
const NAME = "tcp 192.168.150.100:80";

const server = (last: number, weight = 1): Server => ({
  address: `192.168.150.${last}`,
  port: 80,
  method: "tun",
  weight,
  upperThreshold: 0,
  lowerThreshold: 0,
  tunnel: { type: "gue", port: 6080, checksum: "nocsum" },
});

function services(...servers: Server[]): ServiceMap {
  const id = { kind: "address", protocol: "tcp", address: "192.168.150.100", port: 80 } as const;
  const persistence = { seconds: 300, mask: "255.255.255.0" };
  const options = { scheduler: "sh", persistence, onePacket: false, schedulerFlags: 3 };
  const mark = { kind: "mark", mark: 7, family: 6 } as const;
  return serviceMap([
    { id, ...options, servers },
    { id: mark, scheduler: "wlc", engine: "sip", onePacket: true, schedulerFlags: 0, servers: [] },
  ]);
}

test("the next daemon knows every trait of services and servers, in their order", () => {
  const store = memoryStore();
  const desired = services(server(13), server(12, 0));
  new AppliedServices(store, silent).end(desired);
  const next = new AppliedServices(store, silent);
  assert.deepEqual([...next.services], [...desired]);
});

test("the first daemon of a name knows nothing", () => {
  assert.equal(new AppliedServices(memoryStore(), silent).services.size, 0);
});

test("what is no list of services is as good as nothing", () => {
  for (const text of ['{"services":[]}', '[{"id":{"kind":"mark"}}]', "7"]) {
    assert.equal(new AppliedServices(memoryStore(text), silent).services.size, 0, text);
  }
});

test("while rules are written, those of before and those to come are known", () => {
  const store = memoryStore();
  const applied = new AppliedServices(store, silent);
  applied.end(services(server(12)));
  applied.begin(services(server(13), server(12, 5)));
  const next = new AppliedServices(store, silent);
  // The weight of 12 is that of before, so that the one to come is news to a plan.
  assert.deepEqual(next.services.get(NAME)?.servers, [server(12), server(13)]);
  assert.deepEqual(applied.services.get(NAME)?.servers, [server(12)]);
});

test("nothing is written while nothing changes", () => {
  const store = memoryStore();
  const applied = new AppliedServices(store, silent);
  for (let turn = 0; turn < 3; turn++) {
    applied.begin(services(server(12)));
    applied.end(services(server(12)));
  }
  assert.equal(store.written.length, 1);
});

test("a file that cannot be written is told once, and services are kept to all the same", () => {
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => void lines.push(line) });
  const write = () => failure("APPLIED_NOT_WRITTEN", "No space left");
  const applied = new AppliedServices({ read: () => undefined, write }, log);
  applied.end(services(server(12)));
  applied.end(services(server(12)));
  assert.equal(lines.length, 1, lines.join());
  assert.match(lines.join(), /No space left/);
  assert.deepEqual(applied.services.get(NAME)?.servers, [server(12)]);
});
