import { setTimeout as sleep } from "node:timers/promises";
import { failure, type Result, success } from "../../base/fault.ts";
import { arpProbe, decodeArp, encodeArp } from "../../wire/arp.ts";
import { decodeEthernet, encodeEthernet } from "../../wire/ethernet.ts";
import { BROADCAST_MAC } from "../../wire/mac.ts";
import { ETHERTYPE } from "../../wire/protocol.ts";
import { type Addon, addon } from "./addon.ts";
import { describeErrno } from "./errno.ts";
import { AF_PACKET, linkAddress } from "./socket-address.ts";

const SOCK_RAW = 3;
const FRAME_BYTES_MAX = 1514;
const PROBES = 2;
const WAIT_MS = 300;

/**
 * Asks on an interface who has an IPv4 address, as a host does that looks whether it is free (RFC
 * 5227 section 2.1.1), and answers the MAC addresses of all who say that they have it. This host's
 * own kernel never hears the question.
 *
 * Faults: ADDON_MISSING, ADDON_REFUSED, ARP_REFUSED.
 */
export async function probeArp(
  link: { readonly index: number; readonly name: string; readonly mac: string },
  address: string,
): Promise<Result<string[]>> {
  const loaded = addon();
  if (!loaded.ok) return loaded;
  const calls = loaded.value;
  // The protocol is in network byte order, also as a number (packet(7)).
  const protocol = ((ETHERTYPE.arp & 0xff) << 8) | (ETHERTYPE.arp >>> 8);
  const fd = calls.socket(AF_PACKET, SOCK_RAW, protocol);
  if (fd < 0) return refused(link.name, fd);
  try {
    const bound = calls.bind(fd, linkAddress(link.index, ETHERTYPE.arp));
    if (bound < 0) return refused(link.name, bound);
    const frame = encodeEthernet({
      destination: BROADCAST_MAC,
      source: link.mac,
      type: ETHERTYPE.arp,
      payload: encodeArp(arpProbe(link.mac, address)),
    });
    const macs = new Set<string>();
    for (let probe = 0; probe < PROBES; probe++) {
      const sent = calls.sendto(fd, frame, 0, undefined);
      if (sent < 0) return refused(link.name, sent);
      await sleep(WAIT_MS);
      for (const mac of holders(calls, fd, address)) macs.add(mac);
    }
    return success([...macs].sort());
  } finally {
    calls.close(fd);
  }
}

/** Reads the frames that have come in: everybody who says that the address is theirs. */
function* holders(calls: Addon, fd: number, address: string): Generator<string> {
  const room = new Uint8Array(FRAME_BYTES_MAX);
  for (;;) {
    const length = calls.recvfrom(fd, room, 0, undefined);
    if (length < 0) return;
    const frame = decodeEthernet(room.subarray(0, length));
    const arp = frame.ok ? decodeArp(frame.value.payload) : frame;
    if (arp.ok && arp.value.senderAddress === address) yield arp.value.senderMac;
  }
}

function refused(
  link: string,
  result: number,
): { ok: false; fault: { code: string; message: string } } {
  const message = `Cannot ask on ${link} who has an address: ${describeErrno(result)}`;
  return failure("ARP_REFUSED", message);
}
