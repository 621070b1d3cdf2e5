import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { failure, type Result, success } from "../../base/fault.ts";
import type { FifoSettings } from "../../config/configuration.ts";
import { configurationOf } from "../../config/testing/configuration.ts";
import type { NotifyFifos } from "../../kernel/notify-fifo.ts";
import type { ScriptEnd, Scripts } from "../../kernel/scripts.ts";
import { Notifier } from "./notifier.ts";

/** A program of this name ends so; others run on. */
const ENDS: Readonly<Record<string, Result<ScriptEnd>>> = {
  "/good": success({ kind: "exit", status: 0 }),
  "/bad": success({ kind: "exit", status: 3 }),
  "/killed": success({ kind: "signal", signal: "SIGSEGV" }),
  "/none": failure("SCRIPT_MISSING", "There is no /none"),
};

/** What is done to the host, and what the log says, in their order. */
function notifierOn() {
  const deeds: string[] = [];
  const logged: string[] = [];
  const scripts: Scripts = {
    run: ({ words }, timeout) => {
      deeds.push(
        `runs ${words.join(" ")}${timeout === Number.POSITIVE_INFINITY ? " for ever" : ""}`,
      );
      return Promise.resolve(ENDS[words[0]!] ?? new Promise<never>(() => {}));
    },
    check: () => success(undefined),
  };
  const fifos: NotifyFifos = {
    open: (path) => {
      if (path === "/refused") return failure("FIFO_REFUSED", "It is a file");
      deeds.push(`opens ${path}`);
      return success({
        lost: 0,
        write: (line) => void deeds.push(`${path}: ${line}`),
        close: () => void deeds.push(`closes ${path}`),
      });
    },
  };
  const log = pino({ base: null }, { write: (line) => void logged.push(JSON.parse(line).msg) });
  const sendMail = ({ subject }: { readonly subject: string }) =>
    void deeds.push(`mails ${subject}`);
  const notifier = new Notifier({ scripts, fifos, sendMail, log });
  const configure = (all: Readonly<Record<string, FifoSettings>>) => {
    const { globals, ...rest } = configurationOf();
    notifier.configure({ ...rest, globals: { ...globals, fifos: all } });
  };
  const take = () => deeds.splice(0);
  return { notifier, configure, take, logged };
}

/** What follows from promises that are kept already. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("programs in their order, then the FIFOs that the line is for, then mail", () => {
  const { notifier, configure, take } = notifierOn();
  configure({ all: { path: "/all" }, vrrp: { path: "/vrrp" }, virtualServers: { path: "/vs" } });
  assert.deepEqual(take(), ["opens /all", "opens /vrrp", "opens /vs"]);
  notifier.notify({
    scripts: [{ words: ["/hangs", "a"] }, { words: ["/good"] }],
    fifo: { of: "vrrp", line: "INSTANCE" },
    mail: { subject: "[lb] news", text: "" },
  });
  const told = ["runs /hangs a", "runs /good", "/all: INSTANCE", "/vrrp: INSTANCE"];
  assert.deepEqual(take(), [...told, "mails [lb] news"]);
  notifier.notify({ scripts: [], fifo: { of: "virtualServers", line: "RS" } });
  assert.deepEqual(take(), ["/all: RS", "/vs: RS"]);
  notifier.close();
  assert.deepEqual(take(), ["closes /all", "closes /vrrp", "closes /vs"]);
});

test("how a program ended is told, unless it ended well", async () => {
  const { notifier, logged } = notifierOn();
  const scripts = ["/good", "/bad", "/killed", "/none"].map((path) => ({ words: [path] }));
  notifier.notify({ scripts });
  await settled();
  assert.deepEqual(logged, [
    "Script /bad ended with status 3",
    "Script /killed was ended by SIGSEGV",
    "There is no /none",
  ]);
});

test("a FIFO that stays in the configuration stays open, with its reader", () => {
  const { notifier, configure, take } = notifierOn();
  const reader = { words: ["/hangs", "x"] };
  configure({ all: { path: "/a", script: reader } });
  assert.deepEqual(take(), ["opens /a", "runs /hangs x /a for ever"]);
  configure({ all: { path: "/a", script: reader } });
  assert.deepEqual(take(), []);
  configure({ all: { path: "/b" } });
  assert.deepEqual(take(), ["closes /a", "opens /b"]);
  configure({});
  assert.deepEqual(take(), ["closes /b"]);
  notifier.notify({ scripts: [], fifo: { of: "vrrp", line: "INSTANCE" } });
  assert.deepEqual(take(), []);
});

test("a reader that ends before its FIFO is told of, one that ends with it is not", async () => {
  const { notifier, configure, logged } = notifierOn();
  configure({ all: { path: "/a", script: { words: ["/good"] } } });
  await settled();
  assert.deepEqual(logged.splice(0), ["Nobody reads the FIFO /a: /good has ended"]);
  configure({ all: { path: "/b", script: { words: ["/good"] } } });
  notifier.close();
  await settled();
  assert.deepEqual(logged, []);
});

test("a FIFO that cannot be opened is told of, and the others are written to", () => {
  const { notifier, configure, take, logged } = notifierOn();
  configure({ all: { path: "/refused" }, vrrp: { path: "/vrrp" } });
  assert.deepEqual(logged, ["It is a file"]);
  notifier.notify({ scripts: [], fifo: { of: "vrrp", line: "INSTANCE" } });
  assert.deepEqual(take(), ["opens /vrrp", "/vrrp: INSTANCE"]);
});
