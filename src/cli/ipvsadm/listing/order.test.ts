import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ServiceId } from "../../../state/rule.ts";
import { mergeSort } from "./merge-sort.ts";
import { inServerOrder, inServiceOrder } from "./order.ts";

test("mergeSort() sorts, and keeps equals in their order", () => {
  const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.nat()));
  fc.assert(
    fc.property(pairs, (values) => {
      const sorted = mergeSort(values, ([one], [other]) => one - other);
      assert.deepEqual(
        sorted,
        values.toSorted(([one], [other]) => one - other),
      );
    }),
  );
});

test("services: mark as a signed number, family, protocol, address, port", () => {
  const address = (protocol: "tcp" | "udp", text: string, port: number): ServiceId => ({
    kind: "address",
    protocol,
    address: text,
    port,
  });
  const ordered: readonly ServiceId[] = [
    { kind: "mark", mark: 4294967295, family: 4 },
    address("tcp", "172.16.0.1", 80),
    address("tcp", "10.0.0.2", 443),
    address("tcp", "10.0.0.10", 80),
    address("tcp", "10.0.0.10", 8080),
    address("udp", "10.0.0.1", 53),
    address("tcp", "2001:db8::1", 80),
    { kind: "mark", mark: 1, family: 4 },
    { kind: "mark", mark: 1, family: 6 },
  ];
  assert.deepEqual(
    inServiceOrder(ordered.toReversed(), (id) => id),
    ordered,
  );
});

test("servers: address, then port", () => {
  const ordered = [
    { address: "192.168.1.2", port: 9 },
    { address: "192.168.1.2", port: 80 },
    { address: "192.168.1.10", port: 80 },
    { address: "10.0.0.1", port: 80 },
  ];
  assert.deepEqual(inServerOrder(ordered.toReversed()), ordered);
});
