import assert from "node:assert/strict";
import { test } from "node:test";
import { Scanner } from "./popt.ts";

/** "word=value" for what was met, then the plain arguments after "|". */
function scanned(...args: readonly string[]): string {
  const scanner = new Scanner(args);
  const seen: string[] = [];
  for (let met = scanner.next(); met.kind !== "end"; met = scanner.next()) {
    if (met.kind === "error") return [...seen, `${met.text}: ${met.problem}`].join(" ");
    seen.push(met.value === undefined ? met.word.long : `${met.word.long}=${met.value}`);
  }
  return [...seen, "|", ...scanner.plain].join(" ");
}

test("short options come in bundles, and the last may have a value", () => {
  assert.equal(scanned("-Lnc"), "list numeric connection |");
  assert.equal(scanned("-At", "v:80"), "add-service tcp-service=v:80 |");
  assert.equal(scanned("-Atv:80", "-s=rr"), "add-service tcp-service=v:80 scheduler=rr |");
});

test("long options take their value after = or from the next argument", () => {
  assert.equal(scanned("--scheduler=rr", "--weight", "-1"), "scheduler=rr weight=-1 |");
  assert.equal(scanned("--scheduler="), "scheduler= |");
  assert.equal(scanned("--list=5"), "--list=5: option does not take an argument");
  assert.equal(scanned("-L", "-n=5"), "list -n=5: option does not take an argument");
});

test("an optional value is not taken from what looks like an option", () => {
  assert.equal(scanned("-p", "5"), "persistent=5 |");
  assert.equal(scanned("-p5"), "persistent=5 |");
  assert.equal(scanned("-p", "-n"), "persistent numeric |");
  assert.equal(scanned("-p"), "persistent |");
  assert.equal(scanned("-p", "-1"), "persistent -1: unknown option");
});

test("plain arguments are kept, and everything after -- is one", () => {
  assert.equal(scanned("--set", "1", "-n", "2"), "set numeric | 1 2");
  assert.equal(scanned("-L", "--", "-n", "--"), "list | -n --");
  assert.equal(scanned("-", ""), "| - ");
});

test("errors name the argument that was read last", () => {
  assert.equal(scanned("-L", "-nq"), "list numeric -nq: unknown option");
  assert.equal(scanned("--num"), "--num: unknown option");
  assert.equal(scanned("-A", "-t"), "add-service -t: missing argument");
});
