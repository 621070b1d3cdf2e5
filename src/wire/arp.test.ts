import assert from "node:assert/strict";
import { test } from "node:test";
import {
  arpAnnouncement,
  arpProbe,
  decodeArp,
  describeArp,
  encodeArp,
  isArpAnnouncement,
  isArpProbe,
} from "./arp.ts";
import { writeU16 } from "./bytes.ts";
import { arp } from "./testing/arbitraries.ts";
import { codeOf, refusesEveryCut, roundTrips, survivesAnyBytes } from "./testing/laws.ts";

const MAC = "02:00:00:00:00:10";
const VIP = "192.168.150.100";

test("what is encoded is decoded", () => roundTrips(arp, encodeArp, decodeArp));

test("a packet that is cut short is refused", () => refusesEveryCut(arp.map(encodeArp), decodeArp));

test("no bytes make it throw", () => survivesAnyBytes(decodeArp));

test("other hardware, protocols, lengths and operations are refused", () => {
  for (const at of [0, 2, 4, 6]) {
    const bytes = encodeArp(arpProbe(MAC, VIP));
    writeU16(bytes, at, 9);
    assert.equal(codeOf(decodeArp(bytes)), "UNKNOWN_ARP", `word at ${at}`);
  }
});

test("a probe asks without claiming, an announcement claims (RFC 5227 section 1.1)", () => {
  const probe = arpProbe(MAC, VIP);
  assert.ok(isArpProbe(probe) && !isArpAnnouncement(probe));
  assert.equal(probe.senderAddress, "0.0.0.0");
  const announcement = arpAnnouncement(MAC, VIP);
  assert.ok(isArpAnnouncement(announcement) && !isArpProbe(announcement));
  assert.equal(announcement.operation, "request");
  assert.equal(arpAnnouncement(MAC, VIP, "reply").operation, "reply");
});

test("one line", () => {
  const request = {
    operation: "request",
    senderMac: "02:00:00:00:00:01",
    senderAddress: "192.168.150.1",
    targetMac: "00:00:00:00:00:00",
    targetAddress: VIP,
  } as const;
  assert.equal(describeArp(request), "arp who-has 192.168.150.100 tell 192.168.150.1");
  const reply = { ...request, operation: "reply" } as const;
  assert.equal(describeArp(reply), "arp reply 192.168.150.1 is-at 02:00:00:00:00:01");
  assert.equal(describeArp(arpProbe(MAC, VIP)), `arp probe ${VIP} by ${MAC}`);
  assert.equal(
    describeArp(arpAnnouncement(MAC, VIP)),
    `arp announcement ${VIP} is-at ${MAC} (request)`,
  );
});
