import { setWordFlags, wordFlags, wordIsUsed, wordServer } from "./connection.ts";
import {
  connectionOverdue,
  connectionTimeout,
  controls,
  removeConnection,
  TEMPLATE_EXTENSION,
} from "./connection-end.ts";
import { BUCKET_WORDS, FRESH, SERVER_AVAILABLE, TOUCHED } from "./constants.ts";
import type { View } from "./tables.ts";

/** What a slice of the sweep found. */
export interface Swept {
  readonly expired: number;
  readonly live: number;
}

/**
 * The sweep (xdp/sweep.h): turns "touched" into "last seen", and takes out what its state's timeout
 * has ended. `now` in ticks.
 */
export function sweep(view: View, firstBucket: number, buckets: number, now: number): Swept {
  let expired = 0;
  let live = 0;
  const end = Math.min(firstBucket + buckets, view.tables.dimensions.buckets) * BUCKET_WORDS;
  for (let index = firstBucket * BUCKET_WORDS; index < end; index++) {
    if (!wordIsUsed(view, index) || wordFlags(view, index) & FRESH) continue;
    if (wordFlags(view, index) & TOUCHED) {
      view.cold.set(index, "seen", now);
      setWordFlags(view, index, wordFlags(view, index) & ~TOUCHED);
    }
    if (connectionOverdue(view, index, now) || connectionForsaken(view, index)) {
      if (!controls(view, index)) {
        removeConnection(view, index);
        expired++;
        continue;
      }
      // So that it is due again after the extension, and not before.
      const seen = now - connectionTimeout(view, index) + TEMPLATE_EXTENSION;
      view.cold.set(index, "seen", seen >>> 0);
    }
    live++;
  }
  return { expired, live };
}

/**
 * With expire_nodest_conn the connections of a removed server do not wait for a packet
 * (ip_vs_expire_nodest_conn_flush()).
 */
function connectionForsaken(view: View, index: number): boolean {
  if (view.control.get(0, "expire_nodest_conn") === 0) return false;
  return (view.servers.get(wordServer(view, index), "flags") & SERVER_AVAILABLE) === 0;
}
