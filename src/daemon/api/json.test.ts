import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { NO_COUNTERS } from "../../state/counters.ts";
import type { Listing } from "../../state/listing.ts";
import { listingFromJson, listingToJson } from "./json.ts";

const word = fc.oneof(fc.constant(0n), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }));
const counters = fc.record({
  connections: word,
  inPackets: word,
  outPackets: word,
  inBytes: word,
  outBytes: word,
});
const server = fc.record({ address: fc.string(), weight: fc.nat(), counters, rates: counters });
const listing = fc.record({
  connectionTableSize: fc.nat(),
  services: fc.array(
    fc.record({ scheduler: fc.string(), counters, rates: counters, servers: fc.array(server) }),
  ),
}) as unknown as fc.Arbitrary<Listing>;

/** fast-check's records have no prototype; those of JSON have one. */
const plain = (value: unknown) => structuredClone(value);

test("listingFromJson() gives back a listing, to the last bit of its counters", () => {
  fc.assert(
    fc.property(listing, (value) => {
      assert.deepEqual(listingFromJson(listingToJson(value)), plain(value));
    }),
  );
});

test("listingToJson() writes counters as decimal text, which every JSON reader keeps", () => {
  const most = { ...NO_COUNTERS, connections: (1n << 64n) - 1n };
  const service = { counters: most, rates: NO_COUNTERS, servers: [] };
  const value = { services: [service] } as unknown as Listing;
  const { connections, inPackets } = JSON.parse(listingToJson(value)).services[0].counters;
  assert.deepEqual([connections, inPackets], ["18446744073709551615", "0"]);
});

test("what a listing shares is shared no more when one of them changes", () => {
  const idle = { counters: NO_COUNTERS, rates: NO_COUNTERS, servers: [] };
  const value = { services: [idle, idle] } as unknown as Listing;
  const [one, other] = listingFromJson(listingToJson(value)).services;
  assert.notEqual(one, other);
  assert.equal(one!.counters, NO_COUNTERS);
});
