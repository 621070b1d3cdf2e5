import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseFrame } from "../../src/wire/frame.ts";
import { decodePcapng } from "../../src/wire/pcapng-reader.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";

const MAIN = new URL("../../src/cli/main.ts", import.meta.url).pathname;

function simulate(...words: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [MAIN, "simulate", ...words], { encoding: "utf8" });
}

test("without a scenario, a list of all with a line for each", () => {
  const { status, stdout } = simulate();
  assert.equal(status, 0);
  assert.match(stdout, /^ {2}lecture-1 +the master's link goes down/m);
  assert.match(stdout, /^ {2}v3-10ms +/m);
});

test("a scenario is told line by line, the same for a seed", () => {
  const { status, stdout } = simulate("lecture-2", "--seed", "5");
  assert.equal(status, 0);
  assert.match(stdout, /node01: accepts no more packets: its lease has run out/);
  assert.match(stdout, /node04: vrrp v2 router 51 priority 50 every 1 s for 192\.168\.150\.100/);
  assert.equal(simulate("lecture-2", "--seed", "5").stdout, stdout);
});

test("the frames are in the capture, each from its sender's interface", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-simulate-"));
  try {
    const file = join(folder, "one-way-cut.pcapng");
    assert.equal(simulate("one-way-cut", "--pcapng", file).status, 0);
    const capture = decodePcapng(readFileSync(file));
    assert.ok(capture.ok);
    assert.deepEqual(
      capture.value.interfaces.map(({ name }) => name),
      ["node01 eth0", "node04 eth0"],
    );
    const adverts = capture.value.frames.filter(({ bytes }) => {
      const frame = parseFrame(bytes);
      return frame.ok && frame.value.protocol === PROTOCOL.vrrp;
    });
    assert.ok(adverts.length > 20);
    assert.ok(adverts.some(({ comment }) => comment === "never reaches node04"));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("as JSON it has every entry, and what was violated: nothing", () => {
  const { stdout } = simulate("v3-10ms", "--json");
  const { scenario, seed, entries, violations } = JSON.parse(stdout);
  assert.equal(scenario, "v3-10ms");
  assert.equal(seed, 1);
  assert.deepEqual(violations, []);
  const states = entries.filter((entry: { kind: string }) => entry.kind === "state");
  assert.deepEqual(states.at(-1).host, "node04");
  assert.equal(states.at(-1).state, "MASTER");
});

test("a scenario that is not there, a seed that is none and a file that cannot be", () => {
  const unknown = simulate("lecture-3");
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /there is no scenario "lecture-3": take lecture-1, /);
  assert.notEqual(simulate("restart", "--seed", "x").status, 0);
  const unwritable = simulate("restart", "--pcapng", "/nowhere/x.pcapng");
  assert.equal(unwritable.status, 1);
  assert.match(unwritable.stderr, /cannot write \/nowhere\/x\.pcapng/);
});
