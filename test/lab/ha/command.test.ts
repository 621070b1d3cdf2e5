/** What `weir lab up ha` says to what it cannot do: before anything is built. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { namespacePath, WEIR } from "../../../src/cli/lab/names.ts";
import { SWITCH } from "../../../src/cli/lab/topology.ts";
import { execute, labTest, ownLab } from "../lab.ts";

const lab = ownLab("ha-refused");
const up = (...words: string[]) => execute(WEIR, ["lab", "up", ...words, "--name", lab]);

labTest("a configuration that is not there is named, and nothing is built", async () => {
  const ended = await up("ha", "--config", "/missing/keepalived.conf");
  assert.equal(ended.status, 1);
  assert.match(ended.stderr, /^weir: Cannot read the configuration "\/missing\/keepalived\.conf"/);
  assert.equal(ended.stdout, "");
  assert.equal(existsSync(namespacePath(lab, SWITCH)), false);
});

labTest("a lab without an election takes no configuration", async () => {
  const ended = await up("dr", "--config", "keepalived.conf");
  assert.equal(ended.status, 1);
  assert.match(ended.stderr, /^weir: The lab "dr" has no configuration file: only .* ha/);
});
