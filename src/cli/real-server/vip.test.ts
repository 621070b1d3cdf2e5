import assert from "node:assert/strict";
import test from "node:test";
import { isOnLink, parseVip } from "./vip.ts";

test("parseVip() answers the canonical form of an address of either family", () => {
  assert.deepEqual(parseVip("192.168.150.100"), { ok: true, value: "192.168.150.100" });
  assert.deepEqual(parseVip("2001:DB8:0::1"), { ok: true, value: "2001:db8::1" });
});

test("parseVip() refuses what no service can have, and says what to give", () => {
  for (const text of ["", "vip", "10.0.0.300", "192.168.150.100/32", "127.0.0.1", "224.0.0.18"]) {
    const parsed = parseVip(text);
    assert.ok(!parsed.ok, text);
    assert.equal(parsed.fault.code, "BAD_VIP");
    assert.match(parsed.fault.fix ?? "", /192\.168\.150\.100/);
  }
  for (const text of ["::", "::1", "ff02::1", "0.0.0.0"]) assert.ok(!parseVip(text).ok, text);
});

test("isOnLink() compares as many bits as the prefix has", () => {
  const own = { family: 4, address: "192.168.150.12", prefix: 23, scope: "global" } as const;
  assert.equal(isOnLink(own, "192.168.151.100"), true);
  assert.equal(isOnLink(own, "192.168.152.100"), false);
  assert.equal(isOnLink(own, "2001:db8::1"), false);
});
