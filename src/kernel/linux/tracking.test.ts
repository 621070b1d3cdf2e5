import { equal, match, ok } from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Watch } from "../tracking.ts";
import { linuxTracking } from "./tracking.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-tracking-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const PATIENCE_MS = 15_000;

/** Waits for what a watch tells, one after the other. */
function listen<T>(start: (changed: (told: T) => void) => Watch) {
  const queue: T[] = [];
  let told = Promise.withResolvers<void>();
  const watch = start((value) => {
    queue.push(value);
    told.resolve();
    told = Promise.withResolvers();
  });
  const next = async (): Promise<T> => {
    const limit = setTimeout(() => told.reject(new Error("nothing is told")), PATIENCE_MS);
    while (queue.length === 0) await told.promise;
    clearTimeout(limit);
    return queue.shift()!;
  };
  return { next, close: () => watch.close() };
}

test("processes are counted as they come and go", async () => {
  // A name of its own, which no process of this host has.
  const name = `weir-t${process.pid}`;
  const path = join(folder, name);
  copyFileSync("/bin/sleep", path);
  const pattern = { command: [name], parameters: "ignored", fullCommand: false } as const;
  const exact = { command: [path, "1000"], parameters: "exact", fullCommand: true } as const;
  const watch = listen<readonly number[]>((changed) =>
    linuxTracking.watchProcesses([pattern, exact], changed),
  );
  const started: ChildProcess[] = [];
  const start = (seconds: string) => {
    const child = spawn(path, [seconds]);
    started.push(child);
    return child;
  };
  try {
    equal(String(await watch.next()), "0,0");
    const first = start("1000");
    equal(String(await watch.next()), "1,1");
    const second = start("2000");
    equal(String(await watch.next()), "2,1");
    first.kill();
    await once(first, "exit");
    equal(String(await watch.next()), "1,0");
    second.kill();
    await once(second, "exit");
    equal(String(await watch.next()), "0,0");
  } finally {
    watch.close();
    for (const child of started) child.kill();
  }
});

test("a file's number is told when it is another, however the file has changed", async () => {
  const path = join(folder, "number");
  const watch = listen<number | undefined>((changed) => linuxTracking.watchFile(path, changed));
  try {
    equal(await watch.next(), undefined);
    const steps: [string, number | undefined][] = [
      ["10\n", 10],
      ["-20", -20],
      [" +7 and a word\n", 7],
      ["99999999999999", 2 ** 31 - 1],
      ["", undefined],
      ["0\n", 0],
      ["no number\n", undefined],
    ];
    for (const [text, value] of steps) {
      // As editors do it: another file takes the name.
      writeFileSync(`${path}.new`, text);
      renameSync(`${path}.new`, path);
      equal(await watch.next(), value, text);
    }
    writeFileSync(path, "5");
    equal(await watch.next(), 5);
    rmSync(path);
    equal(await watch.next(), undefined);
  } finally {
    watch.close();
  }
});

test("a file is given its first number where it is missing, or where it is told to", () => {
  const path = join(folder, "initial");
  ok(linuxTracking.writeFile(path, 3, false).ok);
  equal(readFileSync(path, "utf8"), "3\n");
  ok(linuxTracking.writeFile(path, 4, false).ok);
  equal(readFileSync(path, "utf8"), "3\n");
  ok(linuxTracking.writeFile(path, 5, true).ok);
  equal(readFileSync(path, "utf8"), "5\n");
});

test("a file that cannot be written, or a link in its place, is refused with the path", () => {
  const link = join(folder, "link");
  symlinkSync("/etc/nowhere", link);
  for (const path of [link, join(folder, "none", "file")]) {
    const written = linuxTracking.writeFile(path, 1, true);
    ok(!written.ok);
    equal(written.fault.code, "FILE_REFUSED");
    match(written.fault.message, /link|none\/file/);
  }
});
