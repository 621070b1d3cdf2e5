import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Input } from "./input.ts";
import { beginInstance, stepInstance } from "./instance.ts";
import type { Instance } from "./phase.ts";
import type { InstanceSettings } from "./settings.ts";
import { Driver } from "./testing/driver.ts";
import { instanceSettings } from "./testing/settings.ts";

function master(change: Partial<InstanceSettings> = {}): Driver {
  const driver = new Driver(change).start().until(4);
  assert.equal(driver.lines.at(-1), "3.609375 state MASTER 100");
  return driver;
}

test("nothing comes after a stop", () => {
  const driver = master().input({ kind: "stop" });
  assert.equal(driver.deadline, undefined);
  assert.equal(driver.lines.length, 3);
  driver.hear(90).hear(0).input({ kind: "recovered" }).start();
  assert.deepEqual(driver.lines, []);
});

test("a second fault says nothing new, and the end of faults begins anew", () => {
  const driver = master().input({ kind: "fault", because: "eth1 is down" });
  assert.equal(driver.lines.at(-1), "4 state FAULT 100");
  driver.input({ kind: "fault", because: "eth2 is down" }).hear(90);
  assert.deepEqual(driver.lines, []);
  assert.deepEqual(driver.input({ kind: "recovered" }).lines, ["4 state BACKUP 100"]);
});

test("a priority is told of where the configuration wants it", () => {
  const quiet = master().input({ kind: "priority", priority: 80 });
  assert.deepEqual(quiet.lines, []);
  const told = master({ notifiesPriority: true }).input({ kind: "priority", priority: 80 });
  assert.deepEqual(told.lines, ["4 state MASTER 80"]);
  assert.deepEqual(told.input({ kind: "priority", priority: 80 }).lines, []);
});

test("another configuration of the same router keeps state and lease", () => {
  const driver = master().input({
    kind: "reconfigure",
    settings: instanceSettings({ priority: 95 }),
  });
  assert.deepEqual(driver.lines, []);
  assert.deepEqual(driver.until(5).lines, ["4.609375 advertise 95 lease 2.5"]);
});

test("what is tracked stays subtracted where the configured priority is the same", () => {
  const driver = master().input({ kind: "priority", priority: 80 });
  driver.input({ kind: "reconfigure", settings: instanceSettings({ preempt: false }) });
  assert.deepEqual(driver.until(5).lines, ["4.609375 advertise 80 lease 2.5"]);
});

test("a shorter interval begins now", () => {
  const settings = instanceSettings({ advertInterval: 100_000 });
  const driver = master().input({ kind: "reconfigure", settings });
  // The lease of before is longer than any that the first could pay for.
  assert.deepEqual(driver.until(4.25).lines, ["4.1 advertise 100", "4.2 advertise 100 lease 0.25"]);
});

test("a longer interval is told of before a longer lease counts on it", () => {
  const settings = instanceSettings({ advertInterval: 2_000_000 });
  const driver = master().input({ kind: "reconfigure", settings });
  assert.deepEqual(driver.until(5).lines, ["4 advertise 100", "4.609375 advertise 100 lease 5"]);
});

test("new addresses of a master are announced", () => {
  const addresses = [{ address: "192.168.150.101", prefix: 24 }];
  const driver = master();
  driver.input({ kind: "reconfigure", settings: instanceSettings({ addresses }) });
  assert.deepEqual(driver.lines, ["4 announce 5"]);
});

test("another router begins anew, and a master lets go", () => {
  const settings = instanceSettings({ router: 52 });
  const driver = master().input({ kind: "reconfigure", settings });
  assert.deepEqual(driver.lines, ["4 release", "4 state BACKUP 100"]);
  assert.equal(driver.deadline, 7_484_375);
});

/** Anything that may be said to an instance, and how long after the one before. */
const event = fc.record({
  after: fc.integer({ min: 0, max: 4_000_000 }),
  input: fc.oneof(
    { weight: 8, arbitrary: fc.constant<Input>({ kind: "deadline" }) },
    {
      weight: 4,
      arbitrary: fc
        .record({
          priority: fc.constantFrom(0, 1, 99, 100, 101, 254, 255),
          host: fc.integer({ min: 20, max: 22 }),
          sourceIsHigher: fc.boolean(),
          interval: fc.constantFrom(100_000, 1_000_000),
        })
        .map(({ priority, host, sourceIsHigher, interval }): Input => {
          const message = { version: 3, router: 51, priority, interval } as const;
          const advertisement = { ...message, addresses: ["192.168.150.100"] };
          const source = `192.168.150.${host}`;
          return { kind: "advertisement", source, sourceIsHigher, advertisement };
        }),
    },
    fc.constantFrom<Input>(
      { kind: "fault", because: "eth1 is down" },
      { kind: "recovered" },
      { kind: "group", to: "master" },
      { kind: "group", to: "backup" },
      { kind: "priority", priority: 50 },
      { kind: "priority", priority: 150 },
      { kind: "reconfigure", settings: instanceSettings({ version: 3, preempt: false }) },
    ),
  ),
  /** It is woken when it wanted to be, before this is said. */
  punctual: fc.boolean(),
  sends: fc.boolean(),
});

test("whatever is said to it, an instance keeps its promises", () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const keeper = new Keeper();
      keeper.say({ kind: "start" }, true);
      for (const { after, input, punctual, sends } of events) {
        keeper.pass(after, punctual, sends);
        keeper.say(input, sends);
      }
      keeper.say({ kind: "stop" }, true);
      assert.equal(keeper.holding, false);
      keeper.say({ kind: "recovered" }, true);
    }),
    { numRuns: 2000, seed: 3 },
  );
});

/** Carries an instance's effects out, and holds each against what was promised. */
class Keeper {
  holding = false;
  #now = 0;
  #lease = 0;
  #paid = 0;
  #stopped = false;
  #deadline: number | undefined;
  #state: Instance = beginInstance(instanceSettings({ version: 3 }));
  readonly #inForce = new Map<string, number>();

  pass(length: number, punctual: boolean, sends: boolean): void {
    const end = this.#now + length;
    while (punctual && this.#deadline !== undefined && this.#deadline <= end) {
      this.#now = this.#deadline;
      this.say({ kind: "deadline" }, sends);
    }
    this.#now = end;
  }

  say(input: Input, sends: boolean): void {
    if (input.kind === "advertisement") this.#note(input);
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      const { state, effects, deadline } = stepInstance(this.#state, next, this.#now);
      this.#state = state;
      this.#deadline = deadline;
      assert.ok(deadline === undefined || deadline > this.#now, "a deadline lies ahead");
      assert.ok(!this.#stopped || effects.length === 0, "nothing is done after a stop");
      for (const effect of effects) {
        if (effect.kind === "advertise") {
          assert.ok(effect.priority > 0 || !this.holding, "it lets go before it says so");
          assert.ok(effect.lease === undefined || effect.lease <= 2_500_000);
          if (sends && effect.lease !== undefined) this.#paid = this.#now + effect.lease;
          if (this.holding) this.#lease = this.#paid;
          inputs.push({ kind: "sent", at: this.#now, ok: sends });
        } else if (effect.kind === "hold") {
          assert.ok(!this.holding, "nobody holds twice");
          assert.ok(this.#paid > this.#now, "an advertisement has paid for it");
          for (const until of this.#inForce.values()) {
            assert.ok(until <= this.#now, "nobody else's lease can be in force");
          }
          this.holding = true;
          this.#lease = this.#paid;
        } else if (effect.kind === "release") {
          assert.ok(this.holding, "nobody lets go of nothing");
          this.holding = false;
        }
      }
    }
    if (input.kind === "stop") this.#stopped = true;
    assert.ok(!this.holding || this.#lease > this.#now, "whoever holds has a lease");
  }

  /** Until when the sender may hold: its lease of 2.5 intervals, and one message more. */
  #note({ source, advertisement }: Extract<Input, { kind: "advertisement" }>): void {
    const { priority, interval } = advertisement;
    if (priority === 0) this.#inForce.delete(source);
    else this.#inForce.set(source, this.#now + 3.5 * interval);
  }
}
