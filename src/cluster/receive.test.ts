import assert from "node:assert/strict";
import { test } from "node:test";
import { type Advertisement, encodeAdvertisement } from "../wire/vrrp.ts";
import type { DropReason } from "./drop-reason.ts";
import { passwordBytes, receive, type VrrpArrival } from "./receive.ts";
import type { InstanceSettings } from "./settings.ts";
import { instanceSettings } from "./testing/settings.ts";

const OWN = "192.168.150.10";
const CARRIER = { source: "192.168.150.20", destination: "224.0.0.18" };
const V2: Advertisement = {
  version: 2,
  router: 51,
  priority: 90,
  interval: 1_000_000,
  addresses: ["192.168.150.100"],
};
const PASSWORD = { password: "1111" };
const PASSED = { authType: 1, authData: passwordBytes("1111") };

function arrival(advertisement: Advertisement, change: Partial<VrrpArrival> = {}): VrrpArrival {
  const carrier = { ...CARRIER, ...change };
  return { ...carrier, ttl: 255, message: encodeAdvertisement(advertisement, carrier), ...change };
}

function reasonFor(
  settings: Partial<InstanceSettings>,
  advertisement: Advertisement,
  change: Partial<VrrpArrival> = {},
): DropReason | "heard" | "not ours" {
  const received = receive(instanceSettings(settings), OWN, arrival(advertisement, change));
  if (received === undefined) return "not ours";
  return received.ok ? "heard" : received.reason;
}

function notesOn(settings: Partial<InstanceSettings>, advertisement: Advertisement, own = OWN) {
  const far = { source: "fe80::20", destination: "ff02::12" };
  const came = arrival(advertisement, own.includes(":") ? far : {});
  const received = receive(instanceSettings({ version: 3, ...settings }), own, came);
  assert.ok(received?.ok);
  return received.notes;
}

test("what is right is heard, with who has the higher address", () => {
  const received = receive(instanceSettings(), OWN, arrival(V2));
  assert.ok(received?.ok);
  assert.equal(received.advertisement.priority, 90);
  assert.equal(received.sourceIsHigher, true);
  assert.deepEqual(received.notes, []);
  const lower = receive(instanceSettings(), OWN, arrival(V2, { source: "192.168.150.9" }));
  assert.ok(lower?.ok && !lower.sourceIsHigher, "as numbers, and not as texts");
});

test("a message of another router is nobody's fault", () => {
  assert.equal(reasonFor({}, { ...V2, router: 52 }), "not ours");
});

test("damaged, foreign and truncated messages are dropped", () => {
  const whole = encodeAdvertisement(V2, CARRIER);
  const damaged = whole.slice();
  damaged[3] = 9;
  assert.equal(reasonFor({}, V2, { message: whole.subarray(0, 10) }), "length");
  assert.equal(reasonFor({}, V2, { message: damaged }), "length");
  const other = whole.slice();
  other[2]! ^= 1;
  assert.equal(reasonFor({}, V2, { message: other }), "checksum");
  const request = whole.slice();
  request[0] = 0x22;
  assert.equal(reasonFor({}, V2, { message: request }), "type");
  assert.equal(reasonFor({}, { ...V2, version: 3 }), "version");
  assert.equal(reasonFor({ version: 3 }, V2), "version");
  assert.equal(reasonFor({}, { ...V2, addresses: [] }), "count");
  assert.equal(reasonFor({ version: 3 }, { ...V2, version: 3, interval: 0 }), "interval");
});

test("a TTL that is not 255 says that a router was in between", () => {
  assert.equal(reasonFor({}, V2, { ttl: 254 }), "ttl");
});

test("unicast: the peer's own limits for the TTL, and known peers only where that is asked", () => {
  const near = { peers: [{ address: CARRIER.source, minTtl: 250, maxTtl: 254 }] };
  assert.equal(reasonFor(near, V2, { ttl: 250 }), "heard");
  assert.equal(reasonFor(near, V2, { ttl: 249 }), "ttl");
  assert.equal(reasonFor(near, V2, { ttl: 255 }), "ttl");
  const other = { peers: [{ address: "192.168.150.30" }] };
  assert.equal(reasonFor(other, V2, { ttl: 3 }), "heard");
  assert.equal(reasonFor({ ...other, checkUnicastSource: true }, V2), "unknown-source");
});

test("our own message that comes back is dropped", () => {
  assert.equal(reasonFor({}, V2, { source: OWN }), "own-source");
});

test("version 2: authentication must be of the same type, and the password the same", () => {
  assert.equal(reasonFor(PASSWORD, { ...V2, ...PASSED }), "heard");
  assert.equal(reasonFor(PASSWORD, V2), "auth-type");
  assert.equal(reasonFor({}, { ...V2, ...PASSED }), "auth-type");
  assert.equal(reasonFor({ password: "2222" }, { ...V2, ...PASSED }), "password");
  const long = { ...V2, authType: 1, authData: passwordBytes("12345678") };
  assert.equal(reasonFor({ password: "123456789" }, long), "heard", "eight bytes count");
});

test("version 2: another interval is dropped, and another list unless the owner sent it", () => {
  assert.equal(reasonFor({}, { ...V2, interval: 2_000_000 }), "interval-mismatch");
  const two = { ...V2, addresses: ["192.168.150.100", "192.168.150.101"] };
  const other = { ...V2, addresses: ["192.168.150.101"] };
  assert.equal(reasonFor({}, two), "address-list");
  assert.equal(reasonFor({}, other), "address-list");
  assert.equal(reasonFor({ skipAddressCheck: true }, two), "heard");
  assert.equal(reasonFor({}, { ...two, priority: 255 }), "heard");
});

test("version 3: another interval and another list are told of, and heard", () => {
  const v3: Advertisement = { ...V2, version: 3 };
  assert.deepEqual(notesOn({}, v3), []);
  assert.deepEqual(notesOn({}, { ...v3, interval: 100_000 }), [
    "192.168.150.20 advertises every 0.1 s, and we every 1 s",
  ]);
  assert.deepEqual(notesOn({}, { ...v3, addresses: ["10.0.0.1"] }), [
    "192.168.150.20 advertises 10.0.0.1, and ours are 192.168.150.100",
  ]);
  assert.deepEqual(notesOn({}, { ...v3, priority: 0, interval: 100_000 }), []);
});

test("over IPv6 the first address is link-local (RFC 9568 section 5.2.9)", () => {
  const v6: Advertisement = { ...V2, version: 3, addresses: ["fd00:150::100"] };
  const addresses = [{ address: "fd00:150::100", prefix: 64 }];
  assert.deepEqual(notesOn({ family: 6, addresses }, v6, "fe80::10"), [
    "The first address of fe80::20 is fd00:150::100, which is not link-local",
  ]);
});
