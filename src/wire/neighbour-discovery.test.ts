import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  describeNeighbourMessage,
  multicastMac,
  type NeighbourDiscovery,
  neighbourMessage,
  readNeighbourMessage,
  solicitedNode,
  unsolicitedAdvertisement,
} from "./neighbour-discovery.ts";
import { icmp, ipv6Address, mac, record } from "./testing/arbitraries.ts";
import { codeOf } from "./testing/laws.ts";

const MAC = "02:00:00:00:00:10";
const VIP = "fd00:150::100";

const flagless = { router: false, solicited: false, override: false };
const message: fc.Arbitrary<NeighbourDiscovery> = fc.oneof(
  record({ target: ipv6Address, mac }).map((told) => ({
    kind: "solicitation" as const,
    ...flagless,
    ...told,
  })),
  record({
    kind: fc.constant("advertisement" as const),
    target: ipv6Address,
    router: fc.boolean(),
    solicited: fc.boolean(),
    override: fc.boolean(),
  }),
);

test("what is written is read", () => {
  fc.assert(
    fc.property(message, (value) => {
      assert.deepEqual(readNeighbourMessage(neighbourMessage(value)), { ok: true, value });
    }),
  );
});

test("a message that is cut short is refused, or has lost its option", () => {
  const whole = unsolicitedAdvertisement(MAC, VIP);
  for (let length = 0; length < whole.body.length; length++) {
    const result = readNeighbourMessage({ ...whole, body: whole.body.subarray(0, length) });
    if (length === 16) assert.ok(result.ok && result.value.mac === undefined);
    else assert.equal(codeOf(result), "TRUNCATED", `cut to ${length}`);
  }
});

test("no message makes it throw or loop", () => {
  const types = fc.constantFrom(134, 135, 136);
  fc.assert(
    fc.property(icmp, types, fc.uint8Array({ maxLength: 64 }), (any, type, body) => {
      const result = readNeighbourMessage({ ...any, type, body });
      if (type === 134) assert.equal(codeOf(result), "NOT_NEIGHBOUR_DISCOVERY");
    }),
    { numRuns: 500 },
  );
  const endless = { ...unsolicitedAdvertisement(MAC, VIP), body: new Uint8Array(24) };
  assert.equal(codeOf(readNeighbourMessage(endless)), "BAD_LENGTH");
});

test("a solicitation goes to the group of the address (RFC 4291 section 2.7.1)", () => {
  assert.equal(solicitedNode("4037::01:800:200e:8c6c"), "ff02::1:ff0e:8c6c");
  assert.equal(multicastMac("ff02::1:ff0e:8c6c"), "33:33:ff:0e:8c:6c");
});

test("one line", () => {
  const told = readNeighbourMessage(unsolicitedAdvertisement(MAC, VIP));
  assert.ok(told.ok);
  assert.equal(
    describeNeighbourMessage(told.value),
    `icmp6 neighbor advertisement ${VIP} is-at ${MAC} override`,
  );
  const asked = { kind: "solicitation", target: VIP, mac: MAC, ...flagless } as const;
  assert.equal(describeNeighbourMessage(asked), `icmp6 neighbor solicitation ${VIP} from ${MAC}`);
});
