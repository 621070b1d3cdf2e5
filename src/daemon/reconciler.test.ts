import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import type { VirtualServerSettings } from "../health/settings.ts";
import type { Served } from "../state/desired.ts";
import type { Operation, Rules, Server } from "../state/rule.ts";
import { applyOperations, EMPTY_RULES } from "../state/rules.ts";
import type { Applied } from "./api/director.ts";
import { AppliedServices } from "./applied-services.ts";
import { Reconciler } from "./reconciler.ts";
import { memoryStore } from "./testing/applied-store.ts";

/** Rules in memory, by the same semantics as the director's. */
class Rulebook {
  rules: Rules = EMPTY_RULES;
  readonly batches: (readonly Operation[])[] = [];
  /** Servers that the tables have no room for. */
  refused: string | undefined;
  /** Whether the process ends once rules are written. */
  dies = false;

  async apply(operations: readonly Operation[]): Promise<Applied> {
    this.batches.push(operations);
    const at = operations.findIndex(
      (operation) => operation.kind === "add-server" && operation.server.address === this.refused,
    );
    if (at >= 0) return { ok: false, operation: at, fault: { code: "FULL", message: "No room" } };
    const applied = applyOperations(this.rules, operations);
    if (!applied.ok) return applied;
    this.rules = applied.rules;
    if (this.dies) {
      this.dies = false;
      throw new Error("killed");
    }
    return { ok: true };
  }
}

const server = (last: number, weight = 1): Server => ({
  address: `192.168.150.${last}`,
  port: 80,
  method: "dr",
  weight,
  upperThreshold: 0,
  lowerThreshold: 0,
});

const SETTINGS: VirtualServerSettings = {
  services: [{ kind: "address", protocol: "tcp", address: "192.168.150.100", port: 80 }],
  title: "192.168.150.100 80",
  scheduler: "rr",
  onePacket: false,
  schedulerFlags: 0,
  servers: [],
  quorum: 1,
  hysteresis: 0,
  alpha: false,
  omega: false,
  haSuspend: false,
  mails: false,
};

const served = (...servers: Server[]): Served[] => [{ settings: SETTINGS, servers }];
const NAME = "tcp 192.168.150.100:80";
const remembered = () => new AppliedServices(memoryStore(), silent);
const silent = pino({ level: "silent" });

function addresses({ services }: Rules): string[] | undefined {
  return services.get(NAME)?.servers.map(({ address }) => address);
}

test("what is served is there, newest first, and one batch did it", async () => {
  const director = new Rulebook();
  const reconciler = new Reconciler(director, remembered(), silent);
  await reconciler.serve(served(server(12), server(13)));
  assert.deepEqual(addresses(director.rules), ["192.168.150.13", "192.168.150.12"]);
  await reconciler.turn();
  assert.equal(director.batches.length, 1);
});

test("a deleted rule comes back with the next turn, and the log says so", async () => {
  const director = new Rulebook();
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => void lines.push(line) });
  const reconciler = new Reconciler(director, remembered(), log);
  await reconciler.serve(served(server(12), server(13)));
  const id = SETTINGS.services[0]!;
  await director.apply([{ kind: "delete-service", service: id }]);
  assert.deepEqual(lines, []);
  await reconciler.serve(served(server(12), server(13)));
  assert.match(lines.join(), /Put right what somebody has changed by hand, with 3 rules/);
  assert.deepEqual(addresses(director.rules), ["192.168.150.13", "192.168.150.12"]);
});

test("changes that come while one is under way are carried out after it", async () => {
  const director = new Rulebook();
  const reconciler = new Reconciler(director, remembered(), silent);
  await Promise.all([
    reconciler.serve(served(server(12))),
    reconciler.serve(served(server(12), server(13))),
    reconciler.serve(served(server(13))),
  ]);
  assert.deepEqual(addresses(director.rules), ["192.168.150.13"]);
});

test("what an earlier daemon kept to and nobody wants any more goes", async () => {
  const director = new Rulebook();
  const store = memoryStore();
  const before = new Reconciler(director, new AppliedServices(store, silent), silent);
  await before.serve(served(server(12)));
  const after = new Reconciler(director, new AppliedServices(store, silent), silent);
  await after.serve([]);
  assert.equal(director.rules.services.size, 0);
});

test("what was changed by hand stays as it is when a daemon is started again", async () => {
  const director = new Rulebook();
  const store = memoryStore();
  const before = new Reconciler(director, new AppliedServices(store, silent), silent);
  await before.serve(served(server(12), server(13)));
  const { address, port, ...options } = server(12, 0);
  const service = SETTINGS.services[0]!;
  const byHand = { kind: "edit-server", service, server: { address, port }, options } as const;
  await director.apply([byHand]);
  const after = new Reconciler(director, new AppliedServices(store, silent), silent);
  await after.serve(served(server(12), server(13)));
  assert.deepEqual(
    director.rules.services.get(NAME)?.servers.map(({ weight }) => weight),
    [1, 0],
  );
});

test("rules of a daemon that died before it could say that it wrote them are known", async () => {
  const director = new Rulebook();
  const store = memoryStore();
  const before = new Reconciler(director, new AppliedServices(store, silent), silent);
  director.dies = true;
  await assert.rejects(before.serve(served(server(12))));
  assert.deepEqual(addresses(director.rules), ["192.168.150.12"]);
  const after = new Reconciler(director, new AppliedServices(store, silent), silent);
  await after.serve([]);
  assert.equal(director.rules.services.size, 0);
});

test("one that the tables refuse keeps none of the others out", async () => {
  const director = new Rulebook();
  director.refused = "192.168.150.12";
  const reconciler = new Reconciler(director, remembered(), silent);
  await reconciler.serve(served(server(12), server(13)));
  assert.deepEqual(addresses(director.rules), ["192.168.150.13"]);
});

test("a plan changes nothing", async () => {
  const director = new Rulebook();
  const reconciler = new Reconciler(director, remembered(), silent);
  assert.equal(reconciler.plan(served(server(12))).length, 2);
  assert.equal(director.rules.services.size, 0);
});
