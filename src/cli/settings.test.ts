import assert from "node:assert/strict";
import { test } from "node:test";
import { describeFault } from "../base/fault.ts";
import { configured } from "../daemon/testing/configured.ts";
import { KEPT, OTHERS } from "../state/sysctls.ts";
import { answerSettings, type SettingsStyle } from "./settings.ts";

async function answer(words: string, style: SettingsStyle = {}, daemon = configured()) {
  const answered = await answerSettings(words.split(" ").filter(Boolean), style, daemon);
  return answered.ok ? answered.value : describeFault(answered.fault);
}

test("without words, every setting is listed within a terminal of 100 columns", async () => {
  const text = await answer("");
  for (const { name, what } of [...KEPT, ...OTHERS]) {
    const lines = text.split("\n");
    assert.ok(lines.some((line) => line.startsWith(`${name} `) && line.endsWith(`  ${what}`)));
  }
  for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
  assert.match(text, /^conn_reuse_mode +1 +1 {2}/m);
});

test("what is changed is shown, and stays", async () => {
  const daemon = configured();
  const changed = await answer("sloppy_tcp=1 pmtu_disc=0", {}, daemon);
  assert.equal(changed, "sloppy_tcp = 1\npmtu_disc = 0\n");
  assert.equal(await answer("sloppy_tcp", {}, daemon), "sloppy_tcp = 1\n");
  const sysctl = await answer("net.ipv4.vs.pmtu_disc", { sysctl: true }, daemon);
  assert.equal(sysctl, "net.ipv4.vs.pmtu_disc = 0\n");
});

test("--sysctl without words prints what sysctl -p reads", async () => {
  const lines = (await answer("", { sysctl: true })).trim().split("\n");
  assert.equal(lines.length, KEPT.length);
  assert.ok(lines.includes("net.ipv4.vs.conn_reuse_mode = 1"), lines.join());
});

test("--json has every setting, those without a value too", async () => {
  const all = JSON.parse(await answer("", { json: true }));
  assert.equal(all.length, KEPT.length + OTHERS.length);
  const drop = all.find(({ name }: { name: string }) => name === "drop_entry");
  assert.deepEqual(Object.keys(drop), ["name", "default", "what"]);
  const one = JSON.parse(await answer("secure_tcp=3", { json: true }));
  assert.deepEqual([one.length, one[0].name, one[0].value], [1, "secure_tcp", 3]);
});

test("of a change that is refused nothing is made", async () => {
  const daemon = configured();
  assert.match(
    await answer("sloppy_tcp=1 drop_entry=1", {}, daemon),
    /^drop_entry is not supported/,
  );
  assert.equal(await answer("sloppy_tcp", {}, daemon), "sloppy_tcp = 0\n");
  assert.match(await answer("drop_entry", {}, daemon), /^drop_entry is not supported yet/);
  assert.match(
    await answer("sync_threshold=3", {}, daemon),
    /^sync_threshold is not supported yet/,
  );
  assert.match(await answer("nosuch", {}, daemon), /^There is no setting "nosuch": weir settings/);
});
