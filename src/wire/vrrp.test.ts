import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hex, writeU16 } from "./bytes.ts";
import { checksum } from "./checksum.ts";
import { ipv4Address, record } from "./testing/arbitraries.ts";
import {
  type Advertisement,
  decodeAdvertisement,
  describeAdvertisement,
  encodeAdvertisement,
  type VrrpCarrier,
} from "./vrrp.ts";

/** Messages that keepalived 2.2.7 sent, without their IP headers, and what tcpdump said of them. */
const CAPTURED: readonly {
  readonly what: string;
  readonly bytes: string;
  readonly carrier: VrrpCarrier;
  readonly advertisement: Advertisement;
}[] = [
  {
    what: "version 2 with a password",
    bytes: "213364010101c05ac0a896643131313100000000",
    carrier: { source: "192.168.150.10", destination: "224.0.0.18" },
    advertisement: {
      version: 2,
      router: 51,
      priority: 100,
      interval: 1_000_000,
      addresses: ["192.168.150.100"],
      authType: 1,
      authData: Uint8Array.of(0x31, 0x31, 0x31, 0x31, 0, 0, 0, 0),
    },
  },
  {
    what: "version 3 over IPv4, whose checksum covers a pseudo-header",
    bytes: "313364010064dc17c0a89664",
    carrier: { source: "192.168.150.10", destination: "224.0.0.18" },
    advertisement: {
      version: 3,
      router: 51,
      priority: 100,
      interval: 1_000_000,
      addresses: ["192.168.150.100"],
    },
  },
  {
    what: "version 3 over IPv6 with two addresses",
    bytes: "3133640200646e56fe800000000000000000000000000100fd000150000000000000000000000100",
    carrier: { source: "fe80::ff:fe00:10", destination: "ff02::12" },
    advertisement: {
      version: 3,
      router: 51,
      priority: 100,
      interval: 1_000_000,
      addresses: ["fe80::100", "fd00:150::100"],
    },
  },
];

const CARRIER: VrrpCarrier = { source: "192.168.150.10", destination: "224.0.0.18" };
const V3: Advertisement = {
  version: 3,
  router: 7,
  priority: 200,
  interval: 10_000,
  addresses: ["10.0.0.1", "10.0.0.2"],
};

for (const { what, bytes, carrier, advertisement } of CAPTURED) {
  test(`a message of keepalived is read and written byte for byte: ${what}`, () => {
    const message = fromHex(bytes);
    assert.deepEqual(decodeAdvertisement(message, carrier), { ok: true, value: advertisement });
    assert.equal(hex(encodeAdvertisement(advertisement, carrier)), bytes);
  });
}

test("version 3 over IPv4 is taken with a pseudo-header and without (RFC 9568 5.2.8)", () => {
  const alone = encodeAdvertisement(V3, CARRIER, false);
  const covered = encodeAdvertisement(V3, CARRIER, true);
  assert.notDeepEqual(alone, covered);
  assert.equal(checksum(alone), 0, "the sum over the message alone is all ones");
  assert.deepEqual(decodeAdvertisement(alone, CARRIER), { ok: true, value: V3 });
  assert.deepEqual(decodeAdvertisement(covered, CARRIER), { ok: true, value: V3 });
});

test("over IPv6 the pseudo-header is no matter of choice, in version 2 neither", () => {
  const [v2, , v6] = CAPTURED;
  for (const { advertisement, carrier, bytes } of [v2!, v6!]) {
    assert.equal(hex(encodeAdvertisement(advertisement, carrier, false)), bytes);
  }
});

test("the reserved bits of version 3 are ignored (RFC 9568 section 5.2.6)", () => {
  const bytes = encodeAdvertisement(V3, CARRIER, false);
  bytes[4]! |= 0xf0;
  resum(bytes);
  assert.deepEqual(decodeAdvertisement(bytes, CARRIER), { ok: true, value: V3 });
});

test("what cannot be right is refused under a code of its own", () => {
  const change = (at: number, value: number) => {
    const bytes = encodeAdvertisement(V3, CARRIER, false);
    bytes[at] = value;
    resum(bytes);
    return bytes;
  };
  const damaged = encodeAdvertisement(V3, CARRIER);
  damaged[2]! ^= 1;
  const zero = encodeAdvertisement({ ...V3, interval: 0 }, CARRIER);
  const none = encodeAdvertisement({ ...V3, addresses: [] }, CARRIER);
  const whole = encodeAdvertisement(V3, CARRIER);
  const cases: readonly [string, Uint8Array, VrrpCarrier?][] = [
    ["VRRP_LENGTH", new Uint8Array(7)],
    ["VRRP_LENGTH", whole.subarray(0, whole.length - 1)],
    ["VRRP_VERSION", change(0, 0x11)],
    ["VRRP_VERSION", fromHex(CAPTURED[0]!.bytes), CAPTURED[2]!.carrier],
    ["VRRP_TYPE", change(0, 0x32)],
    ["VRRP_CHECKSUM", damaged],
    ["VRRP_COUNT", none],
    ["VRRP_INTERVAL", zero],
  ];
  for (const [code, bytes, carrier = CARRIER] of cases) {
    const read = decodeAdvertisement(bytes, carrier);
    assert.equal(read.ok ? "read" : read.fault.code, code);
  }
});

test("any advertisement is read as it was written", () => {
  const advertisement = record({
    version: fc.constant(3 as const),
    router: fc.integer({ min: 1, max: 255 }),
    priority: fc.nat({ max: 255 }),
    interval: fc.integer({ min: 1, max: 4095 }).map((hundredths) => hundredths * 10_000),
    addresses: fc.array(ipv4Address, { minLength: 1, maxLength: 20 }),
  });
  fc.assert(
    fc.property(advertisement, fc.boolean(), (written, pseudoHeader) => {
      const bytes = encodeAdvertisement(written, CARRIER, pseudoHeader);
      assert.deepEqual(decodeAdvertisement(bytes, CARRIER), { ok: true, value: written });
    }),
  );
});

test("random bytes are refused or read, and never do harm", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const read = decodeAdvertisement(bytes, CARRIER);
      assert.equal(typeof read.ok, "boolean");
    }),
  );
});

test("one line", () => {
  assert.equal(
    describeAdvertisement(CAPTURED[0]!.advertisement),
    "vrrp v2 router 51 priority 100 every 1 s for 192.168.150.100",
  );
  assert.equal(
    describeAdvertisement({ ...V3, priority: 0 }),
    "vrrp v3 router 7 priority 0 (leaves) every 0.01 s for 10.0.0.1 10.0.0.2",
  );
});

function fromHex(digits: string): Uint8Array {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Writes the checksum over the message alone. */
function resum(bytes: Uint8Array): void {
  writeU16(bytes, 6, 0);
  writeU16(bytes, 6, checksum(bytes));
}
