import { MARKS } from "./constants.ts";
import type { Packet } from "./packet.ts";
import type { View } from "./tables.ts";
import { clientPort, virtualPort } from "./tuple.ts";

/**
 * The mark of a packet, by the rules of `weir mark`: the first that fits (xdp/mark.h). 0 is none.
 * XDP comes before the firewall, whose marks a packet does not carry yet.
 */
export function markOf(view: View, packet: Packet, ifindex: number): number {
  const start = view.control.get(0, "marks_start");
  const count = view.control.get(0, "marks_count");
  for (let i = 0; i < count && start + i < MARKS; i++) {
    if (ruleFits(view, start + i, packet, ifindex)) return view.marks.get(start + i, "mark");
  }
  return 0;
}

function ruleFits(view: View, rule: number, { tuple }: Packet, ifindex: number): boolean {
  const { marks } = view;
  const from = marks.get(rule, "ifindex");
  const protocol = marks.get(rule, "protocol");
  const [client, virtual] = [clientPort(tuple), virtualPort(tuple)];
  return (
    marks.get(rule, "family") === tuple.family &&
    (from === 0 || from === ifindex) &&
    (protocol === 0 || protocol === tuple.protocol) &&
    client >= marks.get(rule, "source_port_first") &&
    client <= marks.get(rule, "source_port_last") &&
    virtual >= marks.get(rule, "destination_port_first") &&
    virtual <= marks.get(rule, "destination_port_last") &&
    inBlock(tuple.client, marks.bytes(rule, "source"), marks.get(rule, "source_prefix")) &&
    inBlock(tuple.virtual, marks.bytes(rule, "destination"), marks.get(rule, "destination_prefix"))
  );
}

/** Whether the first `prefix` bits are the block's. */
function inBlock(address: readonly number[], block: Uint8Array, prefix: number): boolean {
  const data = new DataView(block.buffer, block.byteOffset, block.byteLength);
  return address.every((word, i) => {
    const bits = Math.min(32, Math.max(0, prefix - 32 * i));
    const differs = swap32(word) ^ data.getUint32(4 * i);
    return bits === 0 || differs >>> (32 - bits) === 0;
  });
}

/** A word as it lies in a packet, with its first byte as the highest. */
function swap32(word: number): number {
  return ((word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff_0000) | (word << 24)) >>> 0;
}
