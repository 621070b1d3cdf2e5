import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { failure, type Result, success } from "../base/fault.ts";
import type { Script } from "../base/script.ts";
import type { GlobalSettings } from "../config/configuration.ts";
import { configurationOf } from "../config/testing/configuration.ts";
import type { ScriptEnd } from "../kernel/scripts.ts";
import { serviceMap } from "../state/plan.ts";
import type { Operation, Rules, Service } from "../state/rule.ts";
import { EMPTY_RULES } from "../state/rules.ts";
import { Lifecycle } from "./lifecycle.ts";

const service = (last: number): Service => ({
  id: { kind: "address", protocol: "tcp", address: `192.168.150.${last}`, port: 80 },
  scheduler: "rr",
  schedulerFlags: 0,
  onePacket: false,
  servers: [],
});

function globals(special: Partial<GlobalSettings>): GlobalSettings {
  return { ...configurationOf().globals, ...special };
}

/** `ends`: how every script ends. */
function setUp(ends: Result<ScriptEnd> = success({ kind: "exit", status: 0 }), ...has: Service[]) {
  const done: string[] = [];
  const said: string[] = [];
  const rules: Rules = { ...EMPTY_RULES, services: serviceMap(has) };
  const lifecycle = new Lifecycle({
    scripts: {
      run: async ({ words }: Script, timeout?: number) => {
        done.push(`${words.join(" ")} for ${timeout}`);
        return ends;
      },
      check: () => success(undefined),
    },
    director: {
      rules,
      apply: async (operations: readonly Operation[]) => {
        done.push(...operations.map((operation) => JSON.stringify(operation)));
        return { ok: true };
      },
    },
    log: pino({ base: null }, { write: (line) => said.push(JSON.parse(line).msg) }),
  });
  return { lifecycle, done, said };
}

test("the script of the start runs once, and that of the stop", async () => {
  const { lifecycle, done } = setUp();
  const settings = globals({
    startupScript: { words: ["/bin/begin", "here"], timeout: 10 },
    shutdownScript: { words: ["/bin/end"], timeout: 20 },
  });
  await lifecycle.start(settings);
  await lifecycle.start(settings);
  await lifecycle.stop(settings);
  assert.deepEqual(done, ["/bin/begin here for 10", "/bin/end for 20"]);
});

test("a script that does not end well is told of, and the daemon goes on", async () => {
  const ends: readonly (readonly [Result<ScriptEnd>, RegExp])[] = [
    [success({ kind: "exit", status: 3 }), /\/bin\/begin ended with status 3/],
    [success({ kind: "timeout" }), /\/bin\/begin had its time/],
    [success({ kind: "signal", signal: "SIGSEGV" }), /\/bin\/begin was ended by SIGSEGV/],
    [failure("SCRIPT_MISSING", "There is no /bin/begin"), /There is no \/bin\/begin/],
  ];
  for (const [end, told] of ends) {
    const { lifecycle, said } = setUp(end);
    await lifecycle.start(globals({ startupScript: { words: ["/bin/begin"], timeout: 10 } }));
    assert.match(said.join(), told);
  }
});

test("lvs_flush takes away, once, what the configuration does not have", async () => {
  const { lifecycle, done } = setUp(undefined, service(1), service(2));
  await lifecycle.configure(globals({ flush: true }), serviceMap([service(2)]));
  await lifecycle.configure(globals({ flush: true }), serviceMap([]));
  assert.deepEqual(done, [JSON.stringify({ kind: "delete-service", service: service(1).id })]);
});

test("without lvs_flush what is there stays, though a reload brings the word", async () => {
  const { lifecycle, done } = setUp(undefined, service(1));
  await lifecycle.configure(globals({}), serviceMap([]));
  await lifecycle.configure(globals({ flush: true }), serviceMap([]));
  assert.deepEqual(done, []);
});

test("timeouts are set with every configuration that has them", async () => {
  const { lifecycle, done } = setUp();
  const timeouts = { tcp: 7200, tcpFin: 0, udp: 60 };
  await lifecycle.configure(globals({ timeouts }), serviceMap([]));
  assert.deepEqual(done, [JSON.stringify({ kind: "set-timeouts", timeouts })]);
});

test("all rules go at the stop where the configuration says so", async () => {
  const { lifecycle, done } = setUp();
  await lifecycle.stop(globals({ flushOnStop: "configured" }));
  assert.deepEqual(done, []);
  await lifecycle.stop(globals({ flushOnStop: "all" }));
  assert.deepEqual(done, [JSON.stringify({ kind: "clear" })]);
});
