import { arpAnnouncement } from "../../wire/arp.ts";
import { frame } from "../../wire/frame.ts";
import { BROADCAST_MAC } from "../../wire/mac.ts";
import { multicastMac, unsolicitedAdvertisement } from "../../wire/neighbour-discovery.ts";

const ALL_NODES = "ff02::1";

/**
 * The frame that tells everybody on the link whose the address is now: a gratuitous ARP request, as
 * keepalived sends it, or an unsolicited Neighbour Advertisement with the override flag (RFC 4861
 * section 7.2.6) from the address itself.
 */
export function announcement(family: 4 | 6, mac: string, address: string): Uint8Array {
  if (family === 4) {
    const eth = { source: mac, destination: BROADCAST_MAC };
    return frame({ eth, arp: arpAnnouncement(mac, address) });
  }
  return frame({
    eth: { source: mac, destination: multicastMac(ALL_NODES) },
    // RFC 4861 section 7.1.2: another hop limit is refused.
    ip: { source: address, destination: ALL_NODES, ttl: 255 },
    icmp: unsolicitedAdvertisement(mac, address),
  });
}
