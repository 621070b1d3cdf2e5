import { ETHERTYPE } from "../wire/protocol.ts";
import { LEASED_PROBES, LEASED_SLOTS } from "./constants.ts";
import { ETHERNET_HEADER } from "./packet.ts";
import type { View } from "./tables.ts";
import { mappedWords, readWords, sameWords, type Words } from "./tuple.ts";

/**
 * The one-holder property in the data path (xdp/lease.h). A virtual address that VRRP elects the
 * holder of is leased: while its lease has passed, this director is silent about it. Nothing that
 * is sent to it is forwarded or handed to the kernel, which would answer with resets, and nobody
 * who asks for its MAC address gets an answer.
 */

const ARP_REQUEST = 1;
/** From the beginning of the frame. */
const ARP_OPERATION = 20;
const ARP_TARGET = 38;
const IPV4_DESTINATION = 30;
const IPV6_NEXT_HEADER = 20;
const IPV6_DESTINATION = 38;
const ICMPV6_TYPE = 54;
const SOLICITATION_TARGET = 62;
const ICMPV6 = 58;
const NEIGHBOUR_SOLICITATION = 135;

/** Whether a frame is about an address whose lease has passed. `now` in ns. */
export function leaseSilences(view: View, frame: Uint8Array, now: bigint): boolean {
  if (view.control.get(0, "elections") === 0) return false;
  const address = askedAddress(frame);
  return address !== undefined && !leaseAllows(view, address, now);
}

/** Whether packets from or to this address may be taken: it is not leased, or the lease holds. */
export function leaseAllows(view: View, address: Words, now: bigint): boolean {
  const slot = leaseOf(view, address);
  return slot === 0 || view.leases.getWord(slot, "until") > now;
}

/** The slot of an address's lease; 0 for one that is not leased. */
export function leaseOf(view: View, address: Words): number {
  const set = view.control.get(0, "elections");
  if (set === 0) return 0;
  const first = (set - 1) * LEASED_SLOTS;
  const home = leasedHome(view, address);
  for (let i = 0; i < LEASED_PROBES; i++) {
    const at = first + ((home + i) % LEASED_SLOTS);
    const slot = view.leasedAddresses.get(at, "slot");
    if (slot === 0) return 0;
    if (sameWords(addressAt(view, at), address)) return slot;
  }
  return 0;
}

/** Multiply-shift, keyed with the tables' secrets. */
export function leasedHome(view: View, address: Words): number {
  const keys = view.tables.hashKeys;
  const sum = address.reduce(
    (h, word, i) => (h + Math.imul(word + keys[i]!, keys[i + 1]! | 1)) | 0,
    0,
  );
  return (sum >>> 0) >>> (32 - Math.log2(LEASED_SLOTS));
}

function addressAt(view: View, index: number): Words {
  const bytes = view.leasedAddresses.bytes(index, "address");
  return readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

/** Whom a frame is for, or whose MAC address it asks for. */
function askedAddress(frame: Uint8Array): Words | undefined {
  const data = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  if (frame.length < ETHERNET_HEADER) return undefined;
  switch (data.getUint16(12)) {
    case ETHERTYPE.arp:
      if (frame.length < ARP_TARGET + 4 || data.getUint16(ARP_OPERATION) !== ARP_REQUEST) {
        return undefined;
      }
      return mappedWords(data.getUint32(ARP_TARGET, true));
    case ETHERTYPE.ipv4:
      return frame.length < IPV4_DESTINATION + 4
        ? undefined
        : mappedWords(data.getUint32(IPV4_DESTINATION, true));
    case ETHERTYPE.ipv6:
      if (frame.length < IPV6_DESTINATION + 16) return undefined;
      return readWords(data, isSolicitation(data) ? SOLICITATION_TARGET : IPV6_DESTINATION);
    default:
      return undefined;
  }
}

/** RFC 4861 section 4.3; its destination is the target's solicited-node group, or the target. */
function isSolicitation(data: DataView): boolean {
  return (
    data.byteLength >= SOLICITATION_TARGET + 16 &&
    data.getUint8(IPV6_NEXT_HEADER) === ICMPV6 &&
    data.getUint8(ICMPV6_TYPE) === NEIGHBOUR_SOLICITATION
  );
}
