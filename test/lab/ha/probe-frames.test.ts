import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeArp } from "../../../src/wire/arp.ts";
import { encodeEthernet } from "../../../src/wire/ethernet.ts";
import { packet, type TcpSpec } from "../../../src/wire/packet-builder.ts";
import { ETHERTYPE } from "../../../src/wire/protocol.ts";
import { ASKERS, type Ends, question, readFrame, syn } from "./probe-frames.ts";

const CLIENT_MAC = "02:00:00:00:00:01";
const DIRECTOR_MAC = "02:00:00:00:00:11";
const IPV4: Ends = { mac: CLIENT_MAC, address: "192.168.150.1", vip: "192.168.150.100", port: 80 };
const IPV6: Ends = { mac: CLIENT_MAC, address: "fd00:150::1", vip: "fd00:150::100", port: 80 };
const MARK = 123_456;

function fromDirector(type: number, payload: Uint8Array): Uint8Array {
  return encodeEthernet({ destination: CLIENT_MAC, source: DIRECTOR_MAC, type, payload });
}

function answer(tcp: Partial<TcpSpec>): Uint8Array {
  const ports = { sourcePort: 80, destinationPort: 20_000 + (MARK % 4_000) };
  const ip = { source: IPV4.vip, destination: IPV4.address };
  return fromDirector(ETHERTYPE.ipv4, packet({ ip, tcp: { ...ports, ...tcp } }));
}

test("a probe is known again as it leaves, by its mark", () => {
  for (const ends of [IPV4, IPV6]) {
    for (const mark of [0, 7, ASKERS - 1]) {
      const seen = { deed: "answers", mark, from: CLIENT_MAC, is: "probe" };
      assert.deepEqual(readFrame(ends, question(ends, mark)), seen);
    }
    const seen = { deed: "forwards", mark: MARK, from: CLIENT_MAC, is: "probe" };
    assert.deepEqual(readFrame(ends, syn(ends, DIRECTOR_MAC, MARK)), seen);
  }
});

test("a SYN that a director sends on is its deed", () => {
  const frame = syn({ ...IPV4, mac: DIRECTOR_MAC }, "02:00:00:00:00:12", MARK);
  const seen = { deed: "forwards", mark: MARK, from: DIRECTOR_MAC, is: "effect" };
  assert.deepEqual(readFrame(IPV4, frame), seen);
});

test("so is a RST of its own kernel, which names the SYN by its acknowledgement", () => {
  const frame = answer({ flags: ["rst", "ack"], acknowledgment: MARK + 1 });
  const seen = { deed: "forwards", mark: MARK, from: DIRECTOR_MAC, is: "effect" };
  assert.deepEqual(readFrame(IPV4, frame), seen);
});

test("an ARP reply to a question is the answer of whoever sent it", () => {
  const reply = (senderAddress: string, targetAddress: string) =>
    fromDirector(
      ETHERTYPE.arp,
      encodeArp({
        operation: "reply",
        senderMac: DIRECTOR_MAC,
        senderAddress,
        targetMac: CLIENT_MAC,
        targetAddress,
      }),
    );
  const seen = { deed: "answers", mark: 5, from: DIRECTOR_MAC, is: "effect" };
  assert.deepEqual(readFrame(IPV4, reply(IPV4.vip, "192.168.150.125")), seen);
  assert.equal(readFrame(IPV4, reply(IPV4.vip, IPV4.address)), undefined);
  assert.equal(readFrame(IPV4, reply("192.168.150.11", "192.168.150.125")), undefined);
});

test("what is of no probe is left alone", () => {
  const request = { sourcePort: 40_000, destinationPort: 80, flags: ["syn"] } as const;
  const ip = { source: IPV4.address, destination: IPV4.vip };
  assert.equal(
    readFrame(IPV4, fromDirector(ETHERTYPE.ipv4, packet({ ip, tcp: request }))),
    undefined,
  );
  assert.equal(readFrame(IPV4, Uint8Array.of(1, 2, 3)), undefined);
});
