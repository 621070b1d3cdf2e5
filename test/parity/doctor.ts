import {
  connectionPlace,
  pairIndices,
  wordIsUsed,
  wordTag,
} from "../../src/datapath/connection.ts";
import { ICMP_LIMITS, TICKS_PER_SECOND } from "../../src/datapath/constants.ts";
import { parsePacket } from "../../src/datapath/packet.ts";
import type { View } from "../../src/datapath/tables.ts";
import { syncLeases } from "../../src/state/leases.ts";
import { mappedBytes } from "../../src/wire/address.ts";
import { VIPS } from "./generate/network.ts";
import type { MarkRuleRecord, Settings } from "./step.ts";

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
  for (let slot = 0; slot < view.fragments.count; slot++) {
    if (view.fragments.get(slot, "used") === 0) continue;
    view.fragments.set(slot, "seen", (view.fragments.get(slot, "seen") - ticks) >>> 0);
  }
  for (let index = 0; index < view.cacheRoutes.count; index++) {
    if (view.cacheRoutes.get(index, "count") === 0) continue;
    for (const field of ["used", "changed"] as const) {
      view.cacheRoutes.set(index, field, (view.cacheRoutes.get(index, field) - ticks) >>> 0);
    }
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
  const place = connectionPlace(view, packet.tuple);
  for (const index of pairIndices(place)) {
    if (!wordIsUsed(view, index) || wordTag(view, index) === place.tag) continue;
    view.words[2 * index + 1] = place.tag;
    return;
  }
}

/** Writes a whole set of rules and takes it. */
export function writeMarks(view: View, rules: readonly MarkRuleRecord[]): void {
  for (const [i, rule] of rules.entries()) {
    view.marks.record(i).fill(0);
    view.marks.bytes(i, "source").set(mappedBytes(rule.source));
    view.marks.bytes(i, "destination").set(mappedBytes(rule.destination));
    view.marks.set(i, "source_prefix", rule.sourcePrefix);
    view.marks.set(i, "destination_prefix", rule.destinationPrefix);
    view.marks.set(i, "protocol", rule.protocol);
    view.marks.set(i, "family", rule.family);
    view.marks.set(i, "source_port_first", rule.sourcePorts[0]);
    view.marks.set(i, "source_port_last", rule.sourcePorts[1]);
    view.marks.set(i, "destination_port_first", rule.destinationPorts[0]);
    view.marks.set(i, "destination_port_last", rule.destinationPorts[1]);
    view.marks.set(i, "ifindex", rule.ifindex);
    view.marks.set(i, "mark", rule.mark);
  }
  view.control.set(0, "marks_start", 0);
  view.control.set(0, "marks_count", rules.length);
}

/** `now` in ns; leases are so far from it that a coarse clock decides alike. */
export function writeSettings(view: View, settings: Settings, now: bigint): void {
  const second = 1_000_000_000n;
  const earlier = now - 10n * second;
  const held = now + 3600n * second;
  const expired = earlier > 1n ? earlier : 1n;
  const leases = {
    none: [],
    held: [held, held],
    expired: [expired, expired],
    never: [0n, 0n],
    mixed: [held, expired],
  }[settings.lease];
  const orders = leases.map((_, half) => ({
    ifindex: 1,
    router: half + 1,
    family: 4 as const,
    addresses: VIPS.filter((__, i) => i % 2 === half),
  }));
  // Elections that end let go first.
  for (let slot = 0; slot < view.leases.count; slot++) view.leases.setWord(slot, "until", 0n);
  for (const [i, slot] of syncLeases(view, orders, now).entries()) {
    view.leases.setWord(slot!, "until", leases[i]!);
  }
  view.control.set(0, "conn_reuse_mode", settings.connReuseMode);
  view.control.set(0, "sloppy_tcp", Number(settings.sloppyTcp));
  view.control.set(0, "expire_nodest_conn", Number(settings.expireNodestConn));
  view.control.set(0, "expire_quiescent_template", Number(settings.expireQuiescentTemplate));
  view.control.set(0, "secure_tcp", Number(settings.secureTcp));
  view.control.set(0, "nat_icmp_send", Number(settings.natIcmpSend));
  view.control.set(0, "pmtu_disc", Number(settings.pmtuDisc));
  const expiration = Math.round(settings.lblcrExpiration * TICKS_PER_SECOND);
  view.control.set(0, "lblcr_expiration", expiration);
}
