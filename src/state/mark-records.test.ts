import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { markOf } from "../datapath/mark.ts";
import { testPacket, testView } from "../datapath/testing/tables.ts";
import { maskAddress } from "../wire/network.ts";
import { ipv4Address, ipv6Address } from "../wire/testing/arbitraries.ts";
import { MARK_RULES_MAX, type MarkRule } from "./mark.ts";
import { markInterfaces, publishMarks, readMarks, resolveMarks } from "./mark-records.ts";

const NO_LINKS = { links: new Map() };
const links = (...named: [number, string][]) => ({
  links: new Map(named.map(([index, name]) => [index, { name }])),
});

const ALL = { first: 0, last: 0xffff };
const RULE: MarkRule = {
  family: 4,
  from: "0.0.0.0/0",
  to: "0.0.0.0/0",
  sourcePorts: ALL,
  ports: ALL,
  mark: 1,
};

const blocks = fc.oneof(
  fc.tuple(fc.constant(4 as const), ipv4Address, ipv4Address, fc.nat(32), fc.nat(32)),
  fc.tuple(fc.constant(6 as const), ipv6Address, ipv6Address, fc.nat(128), fc.nat(128)),
);
const ports = fc
  .tuple(fc.nat(0xffff), fc.nat(0xffff))
  .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
const rule: fc.Arbitrary<MarkRule> = fc
  .tuple(
    blocks,
    ports,
    ports,
    fc.option(fc.constantFrom("tcp" as const, "udp" as const)),
    fc.option(fc.constantFrom("eth0", "a-name-of-15-by")),
    fc.nat(0xffff_ffff),
  )
  .map(([[family, from, to, a, b], sourcePorts, range, protocol, name, mark]) => ({
    family,
    from: `${maskAddress(from, a)}/${a}`,
    to: `${maskAddress(to, b)}/${b}`,
    ...(protocol === null ? {} : { protocol }),
    sourcePorts,
    ports: range,
    ...(name === null ? {} : { interface: name }),
    mark,
  }))
  .filter(({ from, to }) => ![from, to].some((text) => text.startsWith("::ffff:")));

test("what is published is read back, set after set", () => {
  fc.assert(
    fc.property(fc.array(fc.array(rule, { maxLength: 20 }), { maxLength: 4 }), (sets) => {
      const view = testView();
      for (const set of sets) {
        publishMarks(view, set, NO_LINKS);
        assert.deepEqual(readMarks(view), set);
      }
    }),
  );
});

test("a set is written beside the one before it, to the last rule", () => {
  const view = testView();
  const set = (mark: number) => Array.from({ length: MARK_RULES_MAX }, () => ({ ...RULE, mark }));
  publishMarks(view, set(1), NO_LINKS);
  const before = view.tables.arrays.marks.slice();
  const start = view.control.get(0, "marks_start");
  publishMarks(view, set(2), NO_LINKS);
  assert.notEqual(view.control.get(0, "marks_start"), start);
  const half = MARK_RULES_MAX * view.marks.layout.size;
  const at = start === 0 ? 0 : half;
  assert.deepEqual(
    new Uint8Array(view.tables.arrays.marks, at, half),
    new Uint8Array(before, at, half),
  );
  assert.deepEqual(readMarks(view), set(2));
});

test("the data path finds the first rule that fits, and none is no mark", () => {
  const view = testView();
  const web = { ...RULE, to: "192.168.150.100/32", ports: { first: 80, last: 80 } };
  const tcp = { ...web, protocol: "tcp" as const };
  publishMarks(view, [{ ...web, protocol: "udp", mark: 5 }, tcp, { ...tcp, mark: 2 }], NO_LINKS);
  assert.equal(markOf(view, testPacket(), 3), 1);
  publishMarks(view, [{ ...tcp, mark: 0 }, tcp], NO_LINKS);
  assert.equal(markOf(view, testPacket(), 3), 0);
  publishMarks(view, [], NO_LINKS);
  assert.equal(markOf(view, testPacket(), 3), 0);
});

test("an interface is followed by its name, and while it is missing its rule fits nothing", () => {
  const view = testView();
  const marked = (ifindex: number) => markOf(view, testPacket(), ifindex);
  publishMarks(view, [{ ...RULE, interface: "eth7" }], links([1, "lo"], [3, "eth7"]));
  assert.deepEqual([marked(3), marked(1), markInterfaces(view)], [1, 0, [true]]);
  resolveMarks(view, links([1, "lo"]));
  assert.deepEqual([marked(3), marked(1), markInterfaces(view)], [0, 0, [false]]);
  resolveMarks(view, links([1, "lo"], [9, "eth7"]));
  assert.deepEqual([marked(3), marked(9), markInterfaces(view)], [0, 1, [true]]);
  assert.deepEqual(readMarks(view), [{ ...RULE, interface: "eth7" }]);
});
