import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Result } from "../base/fault.ts";
import { formatAddress } from "./address.ts";
import { formatMac } from "./mac.ts";
import { type AddressMessage, decodeAddress, describeAddress } from "./netlink-address.ts";
import { encodeAddress } from "./netlink-address-order.ts";
import { decodeLink, describeLink, encodeLink, type LinkMessage } from "./netlink-link.ts";
import {
  decodeNeighbour,
  describeNeighbour,
  encodeNeighbour,
  type NeighbourMessage,
} from "./netlink-neighbour.ts";
import {
  decodeRoute,
  describeRoute,
  encodeRoute,
  type NextHop,
  type RouteMessage,
} from "./netlink-route.ts";

/** Records as literals make them: with the prototype of Object. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
}

const index = fc.integer({ min: 1, max: 0x7fff_ffff });
const u32 = fc.nat(0xffff_ffff);
const mac = fc.oneof(fc.constant(""), fc.uint8Array({ minLength: 6, maxLength: 6 }).map(formatMac));
const family = fc.constantFrom(4 as const, 6 as const);
const addressOf = (of: 4 | 6) => {
  const length = of === 4 ? 4 : 16;
  return fc.uint8Array({ minLength: length, maxLength: length }).map(formatAddress);
};

const link: fc.Arbitrary<LinkMessage> = record({
  family: fc.constantFrom(0, 7),
  index,
  hardware: fc.nat(0xffff),
  flags: u32,
  name: fc.stringMatching(/^[a-z][a-z0-9.@-]{0,14}$/),
  mac,
  mtu: u32,
});

const address: fc.Arbitrary<AddressMessage> = family.chain((of) =>
  record({
    family: fc.constant(of),
    address: addressOf(of),
    prefix: fc.nat(of === 4 ? 32 : 128),
    link: index,
  }),
);

const neighbour: fc.Arbitrary<NeighbourMessage> = family.chain((of) =>
  record({
    family: fc.constant(of),
    link: index,
    address: addressOf(of),
    mac,
    state: fc.nat(0xffff),
    flags: fc.nat(0xff),
    extended: u32,
  }),
);

/** A gateway may be of the other family (RFC 8950); a hop of several names its interface. */
const hop: fc.Arbitrary<NextHop> = fc.oneof(
  record({ link: index }),
  record({ link: index, gateway: family.chain(addressOf) }),
);

const route: fc.Arbitrary<RouteMessage> = family.chain((of) =>
  record({
    family: fc.constant(of),
    destination: fc
      .tuple(addressOf(of), fc.integer({ min: 1, max: of === 4 ? 32 : 128 }))
      .map(([to, prefix]) => `${to}/${prefix}`),
    nextHops: fc.array(hop, { maxLength: 4 }),
    metric: u32,
    type: fc.nat(0xff),
    table: u32,
    mtu: u32,
    flags: u32,
  }),
);

/** decode ∘ encode is the identity, and whatever is left of a message is a value or TRUNCATED. */
function holds<T>(
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => Result<T | undefined>,
  describe: (value: T) => string,
): void {
  fc.assert(
    fc.property(values, fc.nat(), (value, at) => {
      const bytes = encode(value);
      const decoded = decode(bytes);
      ok(decoded.ok);
      deepEqual(decoded.value, value);
      ok(!describe(value).includes("\n"));
      const cut = decode(bytes.subarray(0, at % bytes.length));
      if (!cut.ok) equal(cut.fault.code, "TRUNCATED");
    }),
  );
}

test("links survive encoding", () => holds(link, encodeLink, decodeLink, describeLink));

test("addresses survive encoding", () => {
  holds(address, (one) => encodeAddress(one), decodeAddress, describeAddress);
});

test("neighbours survive encoding", () => {
  holds(neighbour, encodeNeighbour, decodeNeighbour, describeNeighbour);
});

test("routes survive encoding, with no, one and several next hops", () => {
  holds(route, encodeRoute, decodeRoute, describeRoute);
});

test("what is of another family than IPv4 and IPv6 is passed over", () => {
  const bridge = new Uint8Array(16);
  bridge[0] = 7;
  for (const decode of [decodeAddress, decodeNeighbour, decodeRoute]) {
    deepEqual(decode(bridge.subarray(0, 12)), { ok: true, value: undefined });
  }
});

test("the default route has the destination of all zeros", () => {
  const defaultRoute: RouteMessage = {
    family: 4,
    destination: "0.0.0.0/0",
    nextHops: [{ gateway: "192.168.150.1", link: 3 }],
    metric: 100,
    type: 1,
    table: 254,
    mtu: 0,
    flags: 0,
  };
  const decoded = decodeRoute(encodeRoute(defaultRoute));
  ok(decoded.ok && decoded.value !== undefined);
  deepEqual(decoded.value, defaultRoute);
  equal(
    describeRoute(decoded.value),
    "route 0.0.0.0/0 via 192.168.150.1 link 3 table 254 type 1 metric 100",
  );
});
