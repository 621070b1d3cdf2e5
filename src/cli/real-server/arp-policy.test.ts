import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  ARP_PARAMETERS,
  type ArpValues,
  applyChanges,
  effectiveValue,
  hides,
  planArp,
} from "./arp-policy.ts";

const [IGNORE, ANNOUNCE] = [ARP_PARAMETERS[0]!, ARP_PARAMETERS[1]!];

function values(all: number, interfaces: Record<string, number>): ArpValues {
  return { all, interfaces: new Map(Object.entries(interfaces)) };
}

test('planArp() sets "all" alone on an untouched host', () => {
  const untouched = values(0, { eth0: 0, eth1: 0 });
  assert.deepEqual(planArp(IGNORE, untouched), [{ link: "all", value: 1 }]);
  assert.deepEqual(planArp(ANNOUNCE, untouched), [{ link: "all", value: 2 }]);
});

test("planArp() changes nothing where the VIP is hidden already", () => {
  assert.deepEqual(planArp(IGNORE, values(1, { eth0: 2, eth1: 8 })), []);
  assert.deepEqual(planArp(ANNOUNCE, values(0, { eth0: 2 }), "eth0"), []);
});

test('planArp() lowers an interface whose larger value would undo "all"', () => {
  const changes = planArp(IGNORE, values(0, { eth0: 3, eth1: 0 }));
  assert.deepEqual(changes, [
    { link: "all", value: 1 },
    { link: "eth0", value: 1 },
  ]);
});

test("planArp() with an interface leaves the others as they are", () => {
  assert.deepEqual(planArp(IGNORE, values(0, { eth0: 0, eth1: 0 }), "eth1"), [
    { link: "eth1", value: 1 },
  ]);
});

const anyValues = fc.record({
  all: fc.integer({ min: 0, max: 9 }),
  interfaces: fc
    .dictionary(fc.constantFrom("eth0", "eth1", "wan"), fc.integer({ min: 0, max: 9 }))
    .map((own) => new Map(Object.entries(own))),
});

test("planArp() hides the VIP on every interface whatever was set, and then is content", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ARP_PARAMETERS), anyValues, (parameter, before) => {
      const after = applyChanges(before, planArp(parameter, before));
      for (const link of after.interfaces.keys()) {
        assert.ok(hides(parameter, effectiveValue(after, link)));
      }
      assert.ok(hides(parameter, after.all), "an interface that appears later is covered too");
      assert.deepEqual(planArp(parameter, after), []);
    }),
  );
});

test("planArp() with an interface hides the VIP there", () => {
  fc.assert(
    fc.property(fc.constantFrom(...ARP_PARAMETERS), anyValues, (parameter, before) => {
      for (const link of before.interfaces.keys()) {
        const after = applyChanges(before, planArp(parameter, before, link));
        assert.ok(hides(parameter, effectiveValue(after, link)));
        assert.deepEqual(planArp(parameter, after, link), []);
      }
    }),
  );
});
