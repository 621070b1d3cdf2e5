import {
  connectionPlace,
  pairIndices,
  wordIsUsed,
  wordTag,
} from "../../src/datapath/connection.ts";
import { ICMP_LIMITS, LEASE_FOREVER, TICKS_PER_SECOND } from "../../src/datapath/layout.ts";
import { parsePacket } from "../../src/datapath/packet.ts";
import type { View } from "../../src/datapath/tables.ts";
import type { Settings } from "./step.ts";

/** What no packet can do to the tables and a test must: always to both sides alike. */

/** Moves back what the tables say of the time at which something was seen. */
export function age(view: View, seconds: number): void {
  const ticks = Math.round(seconds * TICKS_PER_SECOND);
  for (let index = 0; index < view.cold.count; index++) {
    if (!wordIsUsed(view, index)) continue;
    view.cold.set(index, "seen", (view.cold.get(index, "seen") - ticks) >>> 0);
  }
  for (let service = 0; service < view.services.count; service++) {
    const last = view.services.get(service, "untracked");
    // Its lowest bit says that it is set at all.
    if (last !== 0) view.services.set(service, "untracked", ((last - ticks) | 1) >>> 0);
  }
  for (let slot = 0; slot < ICMP_LIMITS; slot++) {
    const tick = view.icmpLimits[2 * slot + 1]!;
    if (tick !== 0) view.icmpLimits[2 * slot + 1] = (tick - ticks) >>> 0;
  }
}

/**
 * Gives the tag of the frame's flow to the first entry in its buckets that has another one. Without
 * this, one flow in 2^28 or so would meet its like.
 */
export function collide(view: View, frame: Uint8Array, ifindex: number): void {
  const packet = parsePacket(view, frame, ifindex);
  if (typeof packet === "string") return;
  const place = connectionPlace(view, packet);
  for (const index of pairIndices(place)) {
    if (!wordIsUsed(view, index) || wordTag(view, index) === place.tag) continue;
    view.words[2 * index + 1] = place.tag;
    return;
  }
}

/** `now` in ns; leases are so far from it that a coarse clock decides alike. */
export function writeSettings(view: View, settings: Settings, now: bigint): void {
  const second = 1_000_000_000n;
  const earlier = now - 10n * second;
  const leases = {
    forever: LEASE_FOREVER,
    held: now + 3600n * second,
    expired: earlier > 1n ? earlier : 1n,
    never: 0n,
  };
  view.control.setWord(0, "lease", leases[settings.lease]);
  view.control.set(0, "conn_reuse_mode", settings.connReuseMode);
  view.control.set(0, "sloppy_tcp", Number(settings.sloppyTcp));
  view.control.set(0, "expire_nodest_conn", Number(settings.expireNodestConn));
}
