import {
  clearWord,
  setWordFlags,
  wordFlags,
  wordIsUsed,
  wordServer,
  wordState,
} from "./connection.ts";
import { connectionExpired } from "./connection-new.ts";
import { BUCKET_WORDS, FRESH, TOUCHED } from "./layout.ts";
import { unbindLoad } from "./load.ts";
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
    } else if (connectionExpired(view, index, now)) {
      unbindLoad(view, wordServer(view, index), wordState(view, index));
      clearWord(view, index);
      expired++;
      continue;
    }
    live++;
  }
  return { expired, live };
}
