import {
  clearWord,
  type Place,
  pairIndices,
  setWord,
  setWordFlags,
  wordFlags,
  wordIsUsed,
  wordServer,
  wordState,
  wordTag,
} from "./connection.ts";
import { BUCKET_WORDS, COLLIDES, TOUCHED } from "./layout.ts";
import { bindLoad, unbindLoad } from "./load.ts";
import { clientPort, mappedAddress, type Packet, virtualPort } from "./packet.ts";
import { countReason } from "./reasons.ts";
import { nextState, State, stateIsClosing } from "./state.ts";
import type { View } from "./tables.ts";

/**
 * A new entry in the connection table (xdp/connection-new.h). Nothing established is ever evicted
 * by something new: in a full pair of buckets a new flow takes the place of an expired entry, else
 * of a closing one, else of one in SYN_RECV, and else goes without.
 */

/** When this many words in a row are taken, a bucket shares what comes with the second one. */
const BUCKET_CROWDED = 6;

export interface NewConnection {
  readonly server: number;
  readonly vip: number;
  /** Other flows of its tag live in its buckets. */
  readonly collides: boolean;
}

/** Enters a flow with its server. False when there is no room for it, and it goes untracked. */
export function newConnection(
  view: View,
  packet: Packet,
  place: Place,
  entry: NewConnection,
  now: number,
): boolean {
  const index = freeIndex(view, place) ?? evict(view, place, now);
  if (index === undefined) return false;
  const state = nextState(packet, State.NONE);
  const flags = TOUCHED | (entry.collides ? COLLIDES : 0);
  setWord(view, index, { tag: place.tag, server: entry.server, state, flags });
  view.cold.bytes(index, "client").set(mappedAddress(packet.client));
  view.cold.set(index, "client_port", clientPort(packet));
  view.cold.set(index, "virtual_port", virtualPort(packet));
  view.cold.set(index, "vip", entry.vip);
  view.cold.set(index, "flags", 0);
  view.cold.set(index, "seen", now);
  view.cold.set(index, "sync_mark", 0);
  bindLoad(view, entry.server, state);
  return true;
}

/** Marks the words of other flows with this tag, so that from now on they are told apart. */
export function markCollisions(view: View, place: Place): void {
  for (const index of pairIndices(place)) {
    if (wordTag(view, index) === place.tag) {
      setWordFlags(view, index, wordFlags(view, index) | COLLIDES);
    }
  }
  countReason(view, "collision");
}

/** Whether the sweep would take the entry out. `now` in ticks. */
export function connectionExpired(view: View, index: number, now: number): boolean {
  if (wordFlags(view, index) & TOUCHED) return false;
  const age = (now - view.cold.get(index, "seen")) >>> 0;
  return age > view.timeouts[wordState(view, index)]!;
}

function freeIndex(view: View, place: Place): number | undefined {
  const first = firstFree(view, place.first);
  const second = firstFree(view, place.second);
  if (first < BUCKET_CROWDED || (first <= second && first < BUCKET_WORDS)) {
    return place.first * BUCKET_WORDS + first;
  }
  return second < BUCKET_WORDS ? place.second * BUCKET_WORDS + second : undefined;
}

/**
 * The place of the first free word, or BUCKET_WORDS. As the first free one is always taken, it also
 * tells about how full the bucket is.
 */
function firstFree(view: View, bucket: number): number {
  let place = 0;
  while (place < BUCKET_WORDS && wordIsUsed(view, bucket * BUCKET_WORDS + place)) place++;
  return place;
}

/** The place of the entry that yields most gladly, the first of equals. */
function evict(view: View, place: Place, now: number): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (const index of pairIndices(place)) {
    const yields = connectionYields(view, index, now);
    if (yields > most) {
      most = yields;
      best = index;
    }
  }
  if (best === undefined) return undefined;
  unbindLoad(view, wordServer(view, best), wordState(view, best));
  clearWord(view, best);
  countReason(view, "evicted");
  return best;
}

/** How gladly an entry is given up: 3 expired, 2 closing, 1 half open, 0 not at all. */
function connectionYields(view: View, index: number, now: number): number {
  if (connectionExpired(view, index, now)) return 3;
  const state = wordState(view, index);
  if (stateIsClosing(state)) return 2;
  return state === State.SYN_RECV ? 1 : 0;
}
