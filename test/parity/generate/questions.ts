import type { Random } from "../../../src/base/random.ts";
import { type Arp, arpAnnouncement, arpProbe } from "../../../src/wire/arp.ts";
import { frame } from "../../../src/wire/frame.ts";
import { BROADCAST_MAC } from "../../../src/wire/mac.ts";
import {
  multicastMac,
  neighbourMessage,
  solicitedNode,
} from "../../../src/wire/neighbour-discovery.ts";
import { CLIENT_MAC, VIPS } from "./network.ts";

const OTHERS = ["192.168.150.11", "192.168.150.12", "fd00:150::11"];

/** Somebody asks whose an address is, mostly one that may be leased, or says that it is its own. */
export function generateQuestion(random: Random): Uint8Array {
  const target = random.pick(random.chance(0.8) ? VIPS : OTHERS);
  return target.includes(":") ? solicitation(random, target) : arp(random, target);
}

function arp(random: Random, target: string): Uint8Array {
  const messages: readonly Arp[] = [
    arpProbe(CLIENT_MAC, target),
    { ...arpProbe(CLIENT_MAC, target), senderAddress: "192.168.150.60" },
    arpAnnouncement(CLIENT_MAC, target),
    arpAnnouncement(CLIENT_MAC, target, "reply"),
  ];
  const eth = { source: CLIENT_MAC, destination: BROADCAST_MAC };
  return frame({ eth, arp: random.pick(messages) });
}

function solicitation(random: Random, target: string): Uint8Array {
  const group = solicitedNode(target);
  const flags = { router: false, solicited: false, override: false };
  const asks = neighbourMessage({ kind: "solicitation", target, mac: CLIENT_MAC, ...flags });
  const tells = neighbourMessage({ kind: "advertisement", target, mac: CLIENT_MAC, ...flags });
  return frame({
    eth: { source: CLIENT_MAC, destination: multicastMac(group) },
    ip: { source: "fd00:150::60", destination: random.pick([group, target]), ttl: 255 },
    icmp: random.chance(0.8) ? asks : tells,
  });
}
