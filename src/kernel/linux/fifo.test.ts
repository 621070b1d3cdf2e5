import { deepEqual, equal, match, ok } from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { linuxFifos } from "./fifo.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-fifo-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let next = 0;

function open() {
  const path = join(folder, `fifo${next++}`);
  const opened = linuxFifos.open(path);
  ok(opened.ok, opened.ok ? "" : opened.fault.message);
  return { path, fifo: opened.value };
}

/** What a program reads of a FIFO until it has read so many lines. */
async function readLines(path: string, lines: number): Promise<string[]> {
  const reader = spawn("head", ["-n", String(lines), path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  for await (const part of reader.stdout) said += String(part);
  return said.trimEnd().split("\n");
}

test("a FIFO that is missing is made for root alone, and stays for its readers", () => {
  const { path, fifo } = open();
  ok(statSync(path).isFIFO());
  equal(statSync(path).mode & 0o777, 0o600);
  fifo.close();
  fifo.close();
  fifo.write("after the end");
  ok(linuxFifos.open(path).ok);
});

test("lines that were written before anybody read arrive in their order", async () => {
  const { path, fifo } = open();
  fifo.write('INSTANCE "VI_1" BACKUP 100');
  fifo.write('INSTANCE "VI_1" MASTER 100');
  deepEqual(await readLines(path, 2), ['INSTANCE "VI_1" BACKUP 100', 'INSTANCE "VI_1" MASTER 100']);
  fifo.close();
});

test("where nobody reads nothing waits, and the oldest lines are lost and counted", async () => {
  const { path, fifo } = open();
  const total = 20_000;
  for (let at = 0; at < total; at++) fifo.write(`line ${at}`);
  ok(fifo.lost > 0);
  const kept = total - fifo.lost;
  const lines = await readLines(path, kept);
  equal(lines.length, kept);
  equal(lines[0], "line 0", "what the pipe already held");
  equal(lines.at(-1), `line ${total - 1}`);
  const numbers = lines.map((line) => Number(line.split(" ")[1]));
  ok(numbers.every((number, at) => at === 0 || number > numbers[at - 1]!));
  fifo.close();
});

test("something else at its path, or no folder, is refused with the path", () => {
  const path = join(folder, "plain");
  writeFileSync(path, "");
  for (const wrong of [path, join(folder, "none", "fifo")]) {
    const opened = linuxFifos.open(wrong);
    ok(!opened.ok);
    equal(opened.fault.code, "FIFO_REFUSED");
    match(opened.fault.message, /plain|none\/fifo/);
  }
});
