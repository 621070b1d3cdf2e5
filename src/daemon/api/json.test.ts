import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fromJson, toJson } from "./json.ts";

const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });
const counters = fc.record({
  connections: word,
  inPackets: word,
  outPackets: word,
  inBytes: word,
  outBytes: word,
});
const counted = fc.record({ name: fc.string(), counters, rates: counters });
const listing = fc.record({
  connectionTableSize: fc.nat(),
  services: fc.array(fc.record({ id: fc.string(), counters, servers: fc.array(counted) })),
});

/** fast-check's records have no prototype; those of JSON have one. */
const plain = (value: unknown) => structuredClone(value);

test("fromJson() gives back what toJson() was given, to the last bit of its counters", () => {
  fc.assert(
    fc.property(listing, (value) => {
      assert.deepEqual(fromJson(toJson(value)), plain(value));
    }),
  );
});

test("toJson() writes counters as decimal text, which every JSON reader keeps", () => {
  const value = { counters: { connections: (1n << 64n) - 1n } };
  assert.equal(toJson(value), '{"counters":{"connections":"18446744073709551615"}}');
});

test("fromJson() leaves other texts and numbers as they are", () => {
  assert.deepEqual(fromJson('{"weight":"7","port":80}'), { weight: "7", port: 80 });
});
