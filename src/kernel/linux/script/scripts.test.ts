import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ScriptEnd } from "../../scripts.ts";
import { processById } from "../process.ts";
import { LinuxScripts } from "./scripts.ts";

const folder = mkdtempSync(join(tmpdir(), "weir-script-"));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true, force: true }));

const root = new LinuxScripts({ security: true, user: "root" });
const PATIENCE_MS = 15_000;

function program(name: string, body: string, mode = 0o755): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, mode);
  return path;
}

async function end(words: readonly string[], timeout?: number): Promise<ScriptEnd> {
  const ended = await root.run({ words }, timeout);
  ok(ended.ok, ended.ok ? "" : ended.fault.message);
  return ended.value;
}

async function until(holds: () => boolean): Promise<void> {
  const since = performance.now();
  while (!holds()) {
    ok(performance.now() - since < PATIENCE_MS, "it did not come to that");
    await sleep(10);
  }
}

test("the end of a program is its status or its signal", async () => {
  deepEqual(await end(["/bin/true"]), { kind: "exit", status: 0 });
  deepEqual(await end(["/bin/sh", "-c", "exit 7"]), { kind: "exit", status: 7 });
  deepEqual(await end(["/bin/sh", "-c", "kill -SEGV $$"]), { kind: "signal", signal: "SIGSEGV" });
});

test("words are arguments as they stand, without a shell", async () => {
  const out = join(folder, "words");
  const path = program("words.sh", `printf '%s\\n' "$@" > ${out}`);
  await end([path, "two words", "$HOME", "*", "|", "; exit 1"]);
  equal(readFileSync(out, "utf8"), "two words\n$HOME\n*\n|\n; exit 1\n");
});

test("a program without a path is found where system programs are", async () => {
  deepEqual(await end(["true"]), { kind: "exit", status: 0 });
});

test("a program has a small environment, nothing to read, and a group of its own", async () => {
  const out = join(folder, "env");
  const path = program("env.sh", `{ env; readlink /proc/self/fd/0; ps -o pgid= -p $$; } > ${out}`);
  await end([path]);
  const said = readFileSync(out, "utf8");
  match(said, /^PATH=\/usr\/local\/sbin:/m);
  match(said, /^HOME=\/root$/m);
  match(said, /^\/dev\/null$/m);
  ok(!said.includes("NODE_"), said);
  ok(!said.includes(`\n${process.pid}\n`));
});

test("a program that hangs is ended with all that it has started", async () => {
  const pids = join(folder, "pids");
  const hang = `trap '' TERM; sleep 1000 & echo $$ $! > ${pids}; wait; wait; sleep 1000`;
  const ended = await end([program("hang.sh", hang)], 300_000);
  deepEqual(ended, { kind: "timeout" });
  const [first, second] = readFileSync(pids, "utf8").trim().split(" ").map(Number);
  await until(() => processById(first!) === undefined && processById(second!) === undefined);
});

test("a program that ends when asked to has still had its time", async () => {
  deepEqual(await end(["/bin/sleep", "1000"], 50_000), { kind: "timeout" });
});

test("no more run at once than may, and each has its turn", async () => {
  const few = new LinuxScripts({ security: false, user: "root" }, 2);
  const count = join(folder, "count");
  const path = program(
    "count.sh",
    `mkdir ${count}-$1; ls -d ${count}-* | wc -l >> ${count}
sleep 0.05; rmdir ${count}-$1`,
  );
  const words = Array.from({ length: 8 }, (_, at) => [path, String(at)]);
  const ends = await Promise.all(words.map((each) => few.run({ words: each })));
  ok(ends.every((one) => one.ok && one.value.kind === "exit"));
  const seen = readFileSync(count, "utf8").trim().split("\n").map(Number);
  equal(seen.length, 8);
  ok(Math.max(...seen) <= 2, String(seen));
});

test("what cannot be run is refused with the reason", () => {
  const codeOf = (words: string[], user?: string) => {
    const checked = root.check(user === undefined ? { words } : { words, user });
    return checked.ok ? "fine" : checked.fault.code;
  };
  equal(codeOf([program("fine.sh", "exit 0")]), "fine");
  equal(codeOf([join(folder, "nothing.sh")]), "SCRIPT_MISSING");
  equal(codeOf(["no-such-program-anywhere"]), "SCRIPT_MISSING");
  equal(codeOf(["relative/fine.sh"]), "SCRIPT_MISSING");
  equal(codeOf([folder]), "SCRIPT_MISSING");
  equal(codeOf([]), "SCRIPT_MISSING");
  equal(codeOf([program("plain.sh", "exit 0", 0o644)]), "SCRIPT_NOT_EXECUTABLE");
  equal(codeOf(["/bin/true"], "nobody-of-this-name"), "USER_UNKNOWN");
});

test("with security on root runs nothing that others may change", async () => {
  const path = program("weak.sh", "exit 0", 0o777);
  const refused = await root.run({ words: [path] });
  ok(!refused.ok);
  equal(refused.fault.code, "SCRIPT_INSECURE");
  match(refused.fault.message, /weak\.sh" is not run as root, because everybody may change/);
  ok(new LinuxScripts({ security: false, user: "root" }).check({ words: [path] }).ok);
  ok(root.check({ words: [path], user: "nobody" }).ok);
  const theirs = program("theirs.sh", "exit 0");
  chownSync(theirs, 65534, 65534);
  equal(root.check({ words: [theirs] }).ok, false);
});

test("a script runs as the user that it names", async () => {
  const out = join(folder, "who");
  writeFileSync(out, "");
  chmodSync(out, 0o666);
  const path = program("who.sh", `id -u > ${out}; id -G >> ${out}`);
  const ended = await root.run({ words: [path], user: "nobody" });
  ok(ended.ok);
  equal(readFileSync(out, "utf8"), "65534\n65534\n");
});

test("what has a time limit ends with the daemon, what is told of an event does not", async () => {
  const mine = new LinuxScripts({ security: false, user: "root" });
  const limited = mine.run({ words: ["/bin/sleep", "1000"] }, 900_000_000);
  const told = mine.run({ words: ["/bin/sh", "-c", "sleep 0.3; exit 3"] });
  mine.close();
  deepEqual(await limited, { ok: true, value: { kind: "signal", signal: "SIGTERM" } });
  deepEqual(await told, { ok: true, value: { kind: "exit", status: 3 } });
});

test("one without an end runs until it is closed, and reads what it was told last", async () => {
  const mine = new LinuxScripts({ security: false, user: "root" });
  const [fifo, out] = [join(folder, "fifo"), join(folder, "read")];
  execFileSync("mkfifo", [fifo]);
  // Open at both ends, as the daemon has it.
  const fd = openSync(fifo, "r+");
  const path = program("reader.sh", `while read -r line; do echo $line >> ${out}; done < $1`);
  const ended = mine.run({ words: [path, fifo] }, Number.POSITIVE_INFINITY);
  writeSync(fd, "first\n");
  await until(() => existsSync(out));
  writeSync(fd, "last\n");
  closeSync(fd);
  mine.close();
  deepEqual(await ended, { ok: true, value: { kind: "exit", status: 0 } });
  equal(readFileSync(out, "utf8"), "first\nlast\n");
});

test("one without an end that does not go by itself is ended", async () => {
  const mine = new LinuxScripts({ security: false, user: "root" });
  const ready = join(folder, "ready");
  const path = program("stays.sh", `trap '' TERM; touch ${ready}; sleep 1000`);
  const ended = mine.run({ words: [path] }, Number.POSITIVE_INFINITY);
  await until(() => existsSync(ready));
  mine.close();
  deepEqual(await ended, { ok: true, value: { kind: "signal", signal: "SIGKILL" } });
});
