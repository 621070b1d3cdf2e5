import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  inNetwork,
  maskAddress,
  netmaskToPrefix,
  parseNetwork,
  prefixBits,
  prefixToNetmask,
} from "./network.ts";
import { ipv4Address, ipv6Address } from "./testing/arbitraries.ts";

const family = fc.constantFrom(4 as const, 6 as const);
const located = fc.oneof(fc.tuple(ipv4Address, fc.nat(32)), fc.tuple(ipv6Address, fc.nat(128)));

test("a network is an address and a prefix", () => {
  assert.deepEqual(parseNetwork("192.168.150.11/24"), { address: "192.168.150.11", prefix: 24 });
  assert.deepEqual(parseNetwork("10.0.0.1"), { address: "10.0.0.1", prefix: 32 });
  assert.deepEqual(parseNetwork("2001:DB8::/32"), { address: "2001:db8::", prefix: 32 });
  for (const text of [
    "",
    "/8",
    "10.0.0.0/",
    "10.0.0.0/33",
    "10.0.0.0/08",
    "10.0.0.0/8/8",
    "::/129",
  ]) {
    assert.equal(parseNetwork(text), undefined, JSON.stringify(text));
  }
});

test("an address is in the networks that its own bits lead to, and in no others", () => {
  fc.assert(
    fc.property(located, ([address, prefix]) => {
      assert.ok(inNetwork(address, `${maskAddress(address, prefix)}/${prefix}`));
      assert.ok(inNetwork(address, address));
    }),
  );
  assert.ok(inNetwork("192.168.150.255", "192.168.150.11/24"));
  assert.ok(!inNetwork("192.168.151.0", "192.168.150.11/24"));
  assert.ok(inNetwork("172.31.255.255", "172.16.0.0/12"));
  assert.ok(!inNetwork("172.32.0.0", "172.16.0.0/12"));
  assert.ok(inNetwork("2001:db8:7fff::1", "2001:db8::/33"));
  assert.ok(!inNetwork("2001:db8:8000::1", "2001:db8::/33"));
});

test("no address is in a network of the other family", () => {
  assert.ok(!inNetwork("10.0.0.1", "::/0"));
  assert.ok(!inNetwork("::1", "0.0.0.0/0"));
});

test("netmasks and prefixes go back and forth", () => {
  fc.assert(
    fc.property(family, fc.nat(128), (of, number) => {
      const prefix = number % (prefixBits(of) + 1);
      assert.equal(netmaskToPrefix(prefixToNetmask(prefix, of)), prefix);
    }),
  );
  assert.equal(prefixToNetmask(20, 4), "255.255.240.0");
  assert.equal(prefixToNetmask(0, 4), "0.0.0.0");
  assert.equal(prefixToNetmask(64, 6), "ffff:ffff:ffff:ffff::");
});

test("a mask with a hole is none", () => {
  assert.equal(netmaskToPrefix("255.0.255.0"), undefined);
  assert.equal(netmaskToPrefix("0.255.255.255"), undefined);
  assert.equal(netmaskToPrefix("255.255.255.1"), undefined);
  assert.equal(netmaskToPrefix("24"), undefined);
});
