import {
  connectionPlace,
  findConnectionExact,
  type Place,
  pairIndices,
  setWord,
  setWordFlags,
  wordFlags,
  wordIsUsed,
  wordState,
  wordTag,
} from "./connection.ts";
import { connectionExpired, removeConnection } from "./connection-end.ts";
import { BUCKET_WORDS, COLLIDES, TOUCHED } from "./constants.ts";
import { bindLoad } from "./load.ts";
import { countReason } from "./reasons.ts";
import { State, stateIsClosing } from "./state.ts";
import type { View } from "./tables.ts";
import { clientPort, type Tuple, virtualPort, wordBytes } from "./tuple.ts";
import { vipIndex, virtualSide } from "./vip-table.ts";

/**
 * A new entry in the connection table (xdp/connection-new.h). Nothing established is ever evicted
 * by something new: in a full pair of buckets a new flow takes the place of an expired entry, else
 * of a closing one, else perhaps of one in SYN_RECV, and else goes without.
 */

/** When this many words in a row are taken, a bucket shares what comes with the second one. */
const BUCKET_CROWDED = 6;

export interface NewConnection {
  readonly server: number;
  readonly vip: number;
  /** One of State, after the first packet. */
  readonly state: number;
  /** Other flows of its tag live in its buckets. */
  readonly collides: boolean;
  /** The cold record's: 1 + the index of its template, or of the flow that it is the reverse of. */
  readonly control: number;
}

/** "full": all are established, so that the flow goes untracked; "refused": half-open ones stay. */
export type Entered = { readonly index: number } | "full" | "refused";

/** Enters a tuple with its server. `now` in ticks. */
export function newConnection(
  view: View,
  tuple: Tuple,
  place: Place,
  entry: NewConnection,
  now: number,
): Entered {
  const index = freeIndex(view, place) ?? evict(view, place, entry.state, now);
  if (typeof index === "string") return index;
  const { server, vip, state, control } = entry;
  const flags = TOUCHED | (entry.collides ? COLLIDES : 0);
  setWord(view, index, { tag: place.tag, server, state, flags });
  view.cold.bytes(index, "client").set(wordBytes(tuple.client));
  view.cold.set(index, "client_port", clientPort(tuple));
  view.cold.set(index, "virtual_port", virtualPort(tuple));
  view.cold.set(index, "vip", vip);
  view.cold.set(index, "flags", 0);
  view.cold.set(index, "seen", now);
  view.cold.set(index, "control", control);
  bindLoad(view, server, state);
  return { index };
}

/** What an entry beside the flows themselves is entered with; see {@link NewConnection}. */
export type ApartConnection = Pick<NewConnection, "server" | "state" | "control">;

/**
 * Enters what is no flow of its own, a template or a reverse entry, in the place of the one of its
 * tuple that may be there. Its index, or undefined when there is no room.
 */
export function enterApart(
  view: View,
  tuple: Tuple,
  apart: ApartConnection,
  now: number,
): number | undefined {
  const vip = vipIndex(view, virtualSide(tuple));
  if (vip === undefined) return undefined;
  const place = connectionPlace(view, tuple);
  const { index, collisions } = findConnectionExact(view, tuple, place);
  if (index !== undefined) removeConnection(view, index);
  if (collisions > 0) markCollisions(view, place);
  const entry = { ...apart, vip, collides: collisions > 0 };
  const entered = newConnection(view, tuple, place, entry, now);
  return typeof entered === "object" ? entered.index : undefined;
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

/** The place of the entry that yields most gladly, the first of equals; it is gone then. */
function evict(view: View, place: Place, state: number, now: number): number | "full" | "refused" {
  let best: number | undefined;
  let most = 0;
  let halfOpen = 0;
  for (const index of pairIndices(place)) {
    const yields = connectionYields(view, index, now);
    if (yields === HALF_OPEN) halfOpen++;
    if (yields > most) {
      most = yields;
      best = index;
    }
  }
  if (best === undefined) return "full";
  if (most === HALF_OPEN && state === State.SYN_RECV && refuses(place.tag, now, halfOpen)) {
    return "refused";
  }
  removeConnection(view, best);
  countReason(view, "evicted");
  return best;
}

const EXPIRED = 3;
const CLOSING = 2;
const HALF_OPEN = 1;

/** How gladly an entry is given up: EXPIRED, CLOSING, HALF_OPEN, or 0 for not at all. */
function connectionYields(view: View, index: number, now: number): number {
  if (connectionExpired(view, index, now)) return EXPIRED;
  const state = wordState(view, index);
  if (stateIsClosing(state)) return CLOSING;
  return state === State.SYN_RECV ? HALF_OPEN : 0;
}

/**
 * Random early refusal: where a pair of buckets is full and only half-open flows could yield, a
 * new half-open one is refused the more likely the more of them there are. Under a SYN flood those
 * that came keep a fair chance to complete, and who is refused tries again and draws anew.
 */
function refuses(tag: number, now: number, halfOpen: number): boolean {
  const drawn = Math.imul(tag ^ now, 0x9e37_79b1) >>> 28;
  return drawn < halfOpen;
}
