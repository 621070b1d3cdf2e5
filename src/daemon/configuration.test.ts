import assert from "node:assert/strict";
import { test } from "node:test";
import { testView } from "../datapath/testing/tables.ts";
import { beginSettings } from "../state/settings.ts";
import type { MarkOperation } from "./api/configuration.ts";
import type { LocalConfiguration } from "./configuration.ts";
import { configurationOf, configured } from "./testing/configured.ts";

const add = (mark: number, name?: string): MarkOperation => ({
  kind: "add",
  rule: { to: "192.168.150.100", mark, ...(name === undefined ? {} : { interface: name }) },
});

async function marksOf(configuration: LocalConfiguration): Promise<unknown[]> {
  const marks = await configuration.marks();
  assert.ok(marks.ok);
  return marks.value.map(({ number, mark, interfaceMissing }) =>
    interfaceMissing ? [number, mark, "missing"] : [number, mark],
  );
}

test("the next daemon finds settings and marks where this one left them", async () => {
  const view = testView();
  beginSettings(view);
  const first = configurationOf(view, ["lo", "eth0"]);
  assert.deepEqual(await first.changeMarks([add(1, "eth0"), add(2, "eth9")]), { ok: true });
  assert.ok((await first.changeSettings({ sloppy_tcp: "1", lblc_expiration: "600" })).ok);
  assert.deepEqual(await marksOf(first), [
    [1, 1],
    [2, 2, "missing"],
  ]);
  const second = configurationOf(view, ["lo", "eth9"]);
  assert.deepEqual(await marksOf(second), [
    [1, 1, "missing"],
    [2, 2],
  ]);
  assert.deepEqual(await second.settings(), await first.settings());
});

test("a change of marks that is refused in its midst is not made at all", async () => {
  const configuration = configured("lo");
  await configuration.changeMarks([add(1)]);
  const refused = await configuration.changeMarks([add(2), { kind: "delete", number: 9 }]);
  assert.ok(!refused.ok);
  assert.deepEqual([refused.operation, refused.fault.code], [1, "NO_SUCH_RULE"]);
  assert.deepEqual(await marksOf(configuration), [[1, 1]]);
});

test("changes of marks at the same time come one after the other, and none is lost", async () => {
  const configuration = configured("lo");
  const changed = await Promise.all(
    [1, 2, 3].map((mark) => configuration.changeMarks([add(mark)])),
  );
  assert.deepEqual(changed, [{ ok: true }, { ok: true }, { ok: true }]);
  assert.deepEqual(await marksOf(configuration), [
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});
