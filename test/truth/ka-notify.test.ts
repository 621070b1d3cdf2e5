/** What keepalived 2.2.7 told its FIFO and its scripts of virtual servers, in its order. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Random } from "../../src/base/random.ts";
import { readConfiguration } from "../../src/config/read/read-configuration.ts";
import { plainTree } from "../../src/config/testing/plain-tree.ts";
import { HealthGround } from "../../src/daemon/health/testing/ground.ts";
import { ECHO, REFUSE, web } from "./ka-checks-servers.ts";

const SECOND = 1_000_000;
const SECTIONS = readFileSync(new URL("./ka-notify.txt", import.meta.url), "utf8")
  .split("\n######## ")
  .slice(1);
/** The virtual servers of the captures; the order of one among the others is chance. */
const NAMES = ["[192.168.150.100]:tcp:80", "[G1]:0", "FWM 7"];
/** With its warmups 192.168.150.12 is asked before 192.168.150.11 of the mark, as captured. */
const SEED = 2;
/** Longer than the time after which keepalived itself had told all in the captures. */
const LONG = 15 * SECOND;

for (const section of SECTIONS) {
  const [title, ...lines] = section.split("\n");
  const text = lines.filter((line) => !/^(t=|\$)/.test(line)).join("\n");
  const captured = lines.flatMap((line) => /^t=[\d.]+ (?!==)(.*)$/.exec(line)?.[1] ?? []);

  test(`${title}: FIFO lines and scripts`, async () => {
    const ground = await played(text);
    const told = ground.notices.flatMap(({ notice }) => [
      ...(notice.fifoLine === undefined ? [] : [`FIFO ${notice.fifoLine}`]),
      ...(notice.script === undefined ? [] : [notice.script.words.slice(1).join(" ")]),
    ]);
    for (const name of NAMES) {
      const of = (all: readonly string[]) => all.filter((line) => line.includes(` ${name}`));
      assert.deepEqual(of(told), of(captured));
    }
    // Scripts run beside each other, so that the captured order of two at once is chance too.
    const scripts = (all: readonly string[]) => all.filter((line) => !line.startsWith("FIFO"));
    assert.deepEqual(scripts(told).sort(), scripts(captured).sort());
  });
}

/** The server goes, comes back, and all is stopped. */
async function played(text: string): Promise<HealthGround> {
  const { configuration } = readConfiguration(plainTree(text));
  const ground = new HealthGround(new Random(SEED));
  for (const host of [11, 12]) ground.serve(`192.168.150.${host}`, 0, ECHO);
  for (const port of [0, 5005]) ground.serve("192.168.150.12", port, ECHO);
  for (const behaviour of [web(200), REFUSE, web(200)]) {
    ground.serve("192.168.150.11", 80, behaviour);
    if (ground.now === 0) ground.configure(...configuration.virtualServers);
    await ground.runUntil(ground.now + LONG);
  }
  ground.health.stop();
  return ground;
}
