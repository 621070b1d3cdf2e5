import { VIP_FREE, VIP_PROBES, VIP_USED, VIP_WRITING } from "./constants.ts";
import { vip } from "./layout.ts";
import type { View } from "./tables.ts";
import { readWords, sameWords, type Tuple, type Words, wordBytes } from "./tuple.ts";

/**
 * The numbered virtual sides that connections name, so that a cold record fits half a line
 * (xdp/vip-table.h). The control plane enters those of services; the data path those that it alone
 * meets: the addresses that marked packets go to, and the NAT servers that answer them.
 *
 * A hash with a short probe. Records are compared by what they say, so two of one address do no
 * harm. Who frees one marks it VIP_LEAVING first and waits (state/vip-records.ts).
 */
export interface VirtualSide {
  readonly address: Words;
  readonly protocol: number;
  /** TUPLE_FLOW, TUPLE_TEMPLATE or TUPLE_REVERSE. */
  readonly kind: number;
}

export function virtualSide({ virtual, protocol, kind }: Tuple): VirtualSide {
  return { address: virtual, protocol, kind };
}

/** The number of a virtual side, entered when it is new; undefined when there is no room. */
export function vipIndex(view: View, side: VirtualSide): number | undefined {
  const { count } = view.vips;
  let free: number | undefined;
  let index = home(view, side);
  for (let i = 0; i < VIP_PROBES && i < count; i++) {
    const state = view.vips.get(index, "state");
    if (state === VIP_USED && holds(view, index, side)) return index;
    if (state === VIP_FREE) free ??= index;
    index = index + 1 === count ? 0 : index + 1;
  }
  if (free === undefined || !claim(view, free)) return undefined;
  view.vips.bytes(free, "address").set(wordBytes(side.address));
  // Whole at once: who sees it used sees all of it.
  view.vipWords[STATE_WORD + WORDS * free] =
    side.protocol | (side.kind << 8) | (VIP_USED << STATE_SHIFT);
  return free;
}

/** A record's protocol, kind and state are one word, so that one CPU alone gets a free one. */
const WORDS = vip.size / 4;
const STATE_WORD = vip.fields.protocol.offset / 4;
const STATE_SHIFT = 16;

function claim(view: View, index: number): boolean {
  const at = STATE_WORD + WORDS * index;
  const claimed = VIP_WRITING << STATE_SHIFT;
  return Atomics.compareExchange(view.vipWords, at, VIP_FREE, claimed) === VIP_FREE;
}

/** Multiply-shift over the words, keyed with the tables' secrets. */
function home(view: View, { address, protocol, kind }: VirtualSide): number {
  const keys = view.tables.hashKeys;
  let sum = Math.imul((protocol | (kind << 8)) + keys[4]!, keys[9]! | 1);
  for (let i = 0; i < 4; i++) sum += Math.imul(address[i]! + keys[i]!, keys[i + 5]! | 1);
  return Math.floor(((sum >>> 0) * view.vips.count) / 2 ** 32);
}

function holds(view: View, index: number, { address, protocol, kind }: VirtualSide): boolean {
  if (view.vips.get(index, "protocol") !== protocol) return false;
  if (view.vips.get(index, "kind") !== kind) return false;
  const bytes = view.vips.bytes(index, "address");
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return sameWords(readWords(data, 0), address);
}
