import assert from "node:assert/strict";
import { test } from "node:test";
import {
  applyMarkOperations,
  MARK_RULES_MAX,
  type MarkOperation,
  type MarkRequest,
  type MarkRule,
} from "./mark.ts";

const ALL = { first: 0, last: 0xffff };

function added(rule: MarkRequest): readonly MarkRule[] {
  const result = applyMarkOperations([], [{ kind: "add", rule }]);
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function refusal(rule: MarkRequest): string {
  const result = applyMarkOperations([], [{ kind: "add", rule }]);
  return result.ok ? "" : `${result.fault.code}: ${result.fault.message}`;
}

test("what a rule does not name is anything", () => {
  assert.deepEqual(added({ to: "192.168.150.100", mark: 7 }), [
    {
      family: 4,
      from: "0.0.0.0/0",
      to: "192.168.150.100/32",
      sourcePorts: ALL,
      ports: ALL,
      mark: 7,
    },
  ]);
});

test("a rule without addresses is one for each family, unless it names one", () => {
  const families = (rule: MarkRequest) => added(rule).map(({ family, from }) => [family, from]);
  assert.deepEqual(families({ mark: 7 }), [
    [4, "0.0.0.0/0"],
    [6, "::/0"],
  ]);
  assert.deepEqual(families({ mark: 7, family: 6 }), [[6, "::/0"]]);
  assert.deepEqual(families({ mark: 7, from: "2001:db8::1/32" }), [[6, "2001:db8::/32"]]);
});

test("lists of ports are a rule for each pair, in their order", () => {
  const [a, b, c] = [80, 443, 8000].map((port) => ({ first: port, last: port + 10 }));
  const rules = added({ to: "10.0.0.1", sourcePorts: [a!, b!], ports: [b!, c!], mark: 1 });
  assert.deepEqual(
    rules.map(({ sourcePorts, ports }) => [sourcePorts, ports]),
    [
      [a, b],
      [a, c],
      [b, b],
      [b, c],
    ],
  );
});

test("what cannot be is refused by name", () => {
  const to = "10.0.0.1";
  assert.match(refusal({ from: "10.0.0.0/33", mark: 1 }), /^BAD_NETWORK: "10.0.0.0\/33"/);
  assert.match(refusal({ from: "::ffff:10.0.0.1", mark: 1 }), /^BAD_NETWORK: /);
  assert.match(refusal({ to, from: "2001:db8::/32", mark: 1 }), /^FAMILY_MISMATCH: /);
  assert.match(refusal({ to, family: 6, mark: 1 }), /^FAMILY_MISMATCH: /);
  assert.match(refusal({ to, ports: [{ first: 443, last: 80 }], mark: 1 }), /^BAD_PORTS: 443-80/);
  assert.match(refusal({ to, sourcePorts: [{ first: 0, last: 65_536 }], mark: 1 }), /^BAD_PORTS/);
  assert.match(refusal({ to, mark: 2 ** 32 }), /^BAD_MARK: 4294967296/);
  assert.match(refusal({ to, mark: -1 }), /^BAD_MARK: /);
  for (const name of ["", "a".repeat(16), "a/b", "a:1", "..", "a b", "é"]) {
    assert.match(refusal({ to, interface: name, mark: 1 }), /^BAD_INTERFACE: /, name);
  }
  assert.equal(refusal({ to, interface: "a".repeat(15), mark: 0xffff_ffff }), "");
});

test("rules are added at the end, deleted by number, and cleared", () => {
  const add = (mark: number): MarkOperation => ({ kind: "add", rule: { to: "10.0.0.1", mark } });
  const marks = (operations: readonly MarkOperation[]) => {
    const result = applyMarkOperations([], operations);
    return result.ok ? result.value.map(({ mark }) => mark) : [result.operation, result.fault.code];
  };
  assert.deepEqual(marks([add(1), add(2), add(3), { kind: "delete", number: 2 }]), [1, 3]);
  assert.deepEqual(marks([add(1), { kind: "clear" }, add(4)]), [4]);
  assert.deepEqual(marks([add(1), { kind: "delete", number: 2 }]), [1, "NO_SUCH_RULE"]);
  assert.deepEqual(marks([{ kind: "delete", number: 0 }]), [0, "NO_SUCH_RULE"]);
});

test("there is room for half the table, and the rules that were stay", () => {
  const ports = Array.from({ length: MARK_RULES_MAX }, (_, port) => ({ first: port, last: port }));
  const full = added({ to: "10.0.0.1", ports, mark: 1 });
  assert.equal(full.length, MARK_RULES_MAX);
  const more = applyMarkOperations(full, [{ kind: "add", rule: { to: "10.0.0.1", mark: 1 } }]);
  assert.ok(!more.ok);
  assert.deepEqual([more.operation, more.fault.code], [0, "TABLE_FULL"]);
  assert.equal(full.length, MARK_RULES_MAX);
});
