import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TICKS_PER_SECOND } from "../datapath/constants.ts";
import { control } from "../datapath/layout.ts";
import type { View } from "../datapath/tables.ts";
import { testView } from "../datapath/testing/tables.ts";
import { beginSettings, changeSettings, findSetting, listSettings } from "./settings.ts";
import { KEPT, OTHERS } from "./sysctls.ts";

function begun(): View {
  const view = testView();
  beginSettings(view);
  return view;
}

function change(view: View, changes: Record<string, string>): string {
  const changed = changeSettings(view, changes);
  return changed.ok ? "" : `${changed.fault.code}: ${changed.fault.message}`;
}

function valueNow(view: View, name: string): number | undefined {
  const found = findSetting(view, name);
  assert.ok(found.ok);
  return found.value.value;
}

test("new tables have the kernel's defaults", () => {
  for (const { name, value, default: byDefault } of listSettings(begun())) {
    if (value !== undefined) assert.equal(String(value), byDefault, name);
  }
});

test("switches and modes lie in one word of eight bytes, which one store takes", () => {
  const offsets = KEPT.filter(({ kept }) => kept !== "seconds")
    .map(({ name }) => control.fields[name].offset)
    .sort((a, b) => a - b);
  assert.deepEqual(offsets, [16, 17, 18, 19, 20, 21, 22, 23]);
});

test("what is set is read back, and nothing else of the line has moved", () => {
  const values = fc.record({
    sloppy_tcp: fc.integer({ min: -128, max: 127 }),
    secure_tcp: fc.constantFrom(0, 3),
    lblc_expiration: fc.integer({ min: 0, max: 31 * 86_400 }),
  });
  fc.assert(
    fc.property(values, (wanted) => {
      const view = begun();
      const before = view.control.record(0).slice();
      const texts = Object.entries(wanted).map(([name, value]) => [name, String(value)]);
      assert.equal(change(view, Object.fromEntries(texts)), "");
      for (const [name, value] of Object.entries(wanted)) assert.equal(valueNow(view, name), value);
      for (const name of Object.keys(wanted) as (keyof typeof wanted)[]) {
        const { offset, size } = control.fields[name];
        view.control.record(0).set(before.subarray(offset, offset + size), offset);
      }
      assert.deepEqual(view.control.record(0), before);
    }),
  );
});

test("the data path reads what it needs: a byte that is not 0, and ticks", () => {
  const view = begun();
  assert.equal(change(view, { expire_nodest_conn: "-1", lblcr_expiration: "3600" }), "");
  assert.equal(view.control.get(0, "expire_nodest_conn"), 0xff);
  assert.equal(view.control.get(0, "lblcr_expiration"), Math.round(3600 * TICKS_PER_SECOND));
});

test("one bad change among good ones changes nothing", () => {
  for (const bad of [{ nosuch: "1" }, { secure_tcp: "4" }, { conntrack: "1" }]) {
    const view = begun();
    const before = view.control.record(0).slice();
    assert.notEqual(change(view, { sloppy_tcp: "1", ...bad, pmtu_disc: "0" }), "");
    assert.deepEqual(view.control.record(0), before);
  }
});

test("names are understood as sysctl writes them", () => {
  const view = begun();
  assert.equal(change(view, { "net.ipv4.vs.sloppy_tcp": "1" }), "");
  assert.equal(valueNow(view, "net/ipv4/vs/sloppy_tcp"), 1);
});

test("what is wrong is said with its name and what would be right", () => {
  const view = begun();
  assert.equal(change(view, { nosuch: "1" }), 'NO_SUCH_SETTING: There is no setting "nosuch"');
  for (const text of ["", "x", "1.5", "128", "-129", "1 2", "0x1"]) {
    assert.equal(
      change(view, { pmtu_disc: text }),
      `BAD_VALUE: "${text}" is no value of pmtu_disc`,
    );
  }
  assert.match(change(view, { secure_tcp: "1" }), /^NOT_SUPPORTED: secure_tcp 1, .* not supported/);
  assert.match(change(view, { lblc_expiration: "-1" }), /^BAD_VALUE: /);
});

test("every setting that is not there yet says what it does in Linux", () => {
  for (const { name, what } of OTHERS) {
    const expected = `NOT_SUPPORTED: ${name} is not supported yet (in Linux: ${what})`;
    assert.equal(change(begun(), { [name]: "1" }), expected);
    assert.equal(findSetting(begun(), name).ok, false);
  }
});
