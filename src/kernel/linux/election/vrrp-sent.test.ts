import { deepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { formatAddress } from "../../../wire/address.ts";
import { decodeEthernet } from "../../../wire/ethernet.ts";
import { decodeIpv4 } from "../../../wire/ipv4.ts";
import { ETHERTYPE, PROTOCOL } from "../../../wire/protocol.ts";
import type { VrrpOrder } from "../../election-ground.ts";
import { indexOf, inNamespace, ip, testAddon } from "../namespace.fixture.ts";
import { AF_PACKET, linkAddress } from "../socket-address.ts";
import { openVrrpSocket } from "./vrrp-socket.ts";

const SOCK_RAW = 3;
const ETH_P_ALL = 3;
const MESSAGE = Uint8Array.of(0x21, 51, 100, 1, 0, 1, 0, 0, 192, 168, 150, 100);

/** What a VRRP message looks like on the wire, for the fields that the socket decides. */
interface Seen {
  readonly mac: string;
  readonly source: string;
  readonly destination: string;
  readonly ttl: number;
  readonly trafficClass: number;
}

/** Sends a message out of eth0 (192.168.150.11, fe80::11), and reads it at the wire's other end. */
async function seenOf(
  order: Omit<VrrpOrder, "readable" | "link">,
  destination: string,
): Promise<Seen[]> {
  const seen: Seen[] = [];
  await inNamespace(() => {
    const native = testAddon();
    ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
    ip("link", "set", "far", "address", "02:00:00:00:00:12", "addrgenmode", "none", "up");
    ip("link", "set", "eth0", "address", "02:00:00:00:00:11", "addrgenmode", "none", "up");
    ip("address", "add", "192.168.150.11/24", "dev", "eth0");
    ip("address", "add", "192.168.150.10/24", "dev", "eth0");
    ip("address", "add", "fe80::11/64", "dev", "eth0", "nodad");
    for (const peer of ["192.168.150.12", "fe80::12"]) {
      ip("neigh", "add", peer, "lladdr", "02:00:00:00:00:12", "dev", "eth0");
    }
    const ear = native.socket(AF_PACKET, SOCK_RAW, ETH_P_ALL << 8);
    native.bind(ear, linkAddress(indexOf("far"), ETH_P_ALL));
    const opened = openVrrpSocket(native, { ...order, link: indexOf("eth0"), readable() {} });
    ok(opened.ok, opened.ok ? "" : opened.fault.message);
    ok(opened.value.send(destination, MESSAGE).ok);
    const room = new Uint8Array(1514);
    for (let length = 1; length > 0; ) {
      length = native.recvfrom(ear, room, 0, undefined);
      const one = length > 0 ? read(room.slice(0, length)) : undefined;
      if (one !== undefined) seen.push(one);
    }
    opened.value.close();
    native.close(ear);
  });
  return seen;
}

/** Undefined for frames that hold no VRRP. */
function read(frame: Uint8Array): Seen | undefined {
  const ethernet = decodeEthernet(frame);
  if (!ethernet.ok) return undefined;
  const { destination: mac, type, payload } = ethernet.value;
  if (type === ETHERTYPE.ipv6 && payload[6] === PROTOCOL.vrrp) {
    return {
      mac,
      source: formatAddress(payload.subarray(8, 24)),
      destination: formatAddress(payload.subarray(24, 40)),
      ttl: payload[7]!,
      trafficClass: ((payload[0]! & 15) << 4) | (payload[1]! >> 4),
    };
  }
  const decoded = type === ETHERTYPE.ipv4 ? decodeIpv4(payload) : undefined;
  if (decoded?.ok !== true || decoded.value.protocol !== PROTOCOL.vrrp) return undefined;
  const { source, destination, ttl, trafficClass } = decoded.value;
  return { mac, source, destination, ttl, trafficClass };
}

const TO_PEER = { mac: "02:00:00:00:00:12", trafficClass: 0xc0 };

test("a multicast message leaves once, with TTL 255 and the source that was ordered", async () => {
  const source = "192.168.150.10";
  const group = "224.0.0.18";
  deepEqual(await seenOf({ family: 4, group, source, ttl: 255 }, group), [
    { mac: "01:00:5e:00:00:12", source, destination: group, ttl: 255, trafficClass: 0xc0 },
  ]);
  deepEqual(
    await seenOf({ family: 6, group: "ff02::12", source: "fe80::11", ttl: 255 }, "ff02::12"),
    [
      {
        mac: "33:33:00:00:00:12",
        source: "fe80::11",
        destination: "ff02::12",
        ttl: 255,
        trafficClass: 0xc0,
      },
    ],
  );
});

test("a unicast message has the TTL and the source that were ordered", async () => {
  const source = "192.168.150.10";
  deepEqual(await seenOf({ family: 4, source, ttl: 64 }, "192.168.150.12"), [
    { ...TO_PEER, source, destination: "192.168.150.12", ttl: 64 },
  ]);
  deepEqual(await seenOf({ family: 6, source: "fe80::11", ttl: 64 }, "fe80::12"), [
    { ...TO_PEER, source: "fe80::11", destination: "fe80::12", ttl: 64 },
  ]);
});
