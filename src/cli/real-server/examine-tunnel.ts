import type { Reason } from "../../decapsulation/reason.ts";
import { sysctlName } from "../../kernel/linux/sysctl.ts";
import { type ArpValues, effectiveValue } from "./arp-policy.ts";
import type { Finding } from "./examine.ts";
import type { RecordedTunnel } from "./record.ts";

/** What the decapsulating program is, does and has met, for one VIP. */
export interface TunnelState {
  /** What `up` was asked for; undefined where it was not. */
  readonly recorded: RecordedTunnel | undefined;
  /** Interfaces that the program is on, and those by which else clients may be answered. */
  readonly attached: readonly AttachedLink[];
  /** What the program is told; undefined where there is none. */
  readonly told:
    | {
        readonly directors: readonly string[];
        readonly vips: readonly string[];
        readonly guePort: number;
      }
    | undefined;
  /** Frames by reason. */
  readonly counts: Readonly<Partial<Record<Reason, number>>>;
}

export interface AttachedLink {
  readonly link: string;
  readonly mode: "native" | "generic";
  readonly beside: readonly string[];
}

/** Everything that is wrong with the tunnels' end, in the order in which it is to be mended. */
export function* examineTunnel(
  vip: string,
  state: TunnelState,
  rpFilter: ArpValues,
): Generator<Finding> {
  const { recorded, told, attached } = state;
  const again = tunnelCommand(vip, recorded);
  if (recorded === undefined) {
    const problem = `nothing says which directors may send tunnels to ${vip}`;
    yield { code: "TUNNEL_NOT_UP", problem, fix: again };
    return;
  }
  const there = attached.map(({ link }) => link);
  for (const link of recorded.links.filter((wanted) => !there.includes(wanted))) {
    const problem = `no program takes packets out of tunnels on ${link}`;
    yield { code: "DECAPSULATION_MISSING", problem, fix: again };
  }
  if (told !== undefined) yield* examineTables(vip, recorded, told, again);
  for (const { link, beside } of attached) {
    if (beside.length === 0 || effectiveValue(rpFilter, link) !== 1) continue;
    yield {
      code: "REPLY_PATH",
      problem:
        `packets come out of tunnels on ${link}, and clients may be answered by` +
        ` ${beside.join(", ")}: ${link} drops those (rp_filter is 1 there)`,
      fix: `sysctl -w ${sysctlName(`ipv4/conf/${link}/rp_filter`)}=2`,
    };
  }
  yield* examineCounts(vip, state);
}

function* examineTables(
  vip: string,
  recorded: RecordedTunnel,
  told: NonNullable<TunnelState["told"]>,
  again: string,
): Generator<Finding> {
  const missing = recorded.directors.filter((director) => !told.directors.includes(director));
  if (missing.length > 0) {
    const problem = `the program drops the tunnels of ${missing.join(" and ")}`;
    yield { code: "DIRECTOR_UNKNOWN", problem, fix: again };
  }
  if (!told.vips.includes(vip)) {
    const problem = `the program drops what comes out of tunnels for ${vip}`;
    yield { code: "VIP_UNKNOWN", problem, fix: again };
  }
  if (recorded.guePort !== 0 && told.guePort !== recorded.guePort) {
    const problem = `the program takes no GUE on port ${recorded.guePort}`;
    yield { code: "GUE_PORT", problem, fix: again };
  }
}

/** Counters never go back: what they tell is wrong only as long as nothing has come through. */
function* examineCounts(vip: string, { recorded, counts }: TunnelState): Generator<Finding> {
  if ((counts.decapsulated ?? 0) > 0) return;
  const strangers = counts["outer-source"] ?? 0;
  if (strangers > 0) {
    yield {
      code: "OUTER_SOURCE",
      problem:
        `${strangers} tunnelled packets came, and none from ${recorded!.directors.join(" or ")}:` +
        " a director tunnels from another address",
      fix: `${tunnelCommand(vip, undefined)}   # the source of the director's route to here`,
    };
  }
  const elsewhere = counts["inner-destination"] ?? 0;
  if (elsewhere > 0) {
    yield {
      code: "INNER_DESTINATION",
      problem: `${elsewhere} packets came in tunnels, and none for a VIP that is up here`,
      fix: "weir real-server up VIP --method tun --director ADDRESS   # with the director's VIP",
    };
  }
}

const WORTH_KNOWING: readonly (readonly [Reason, string])[] = [
  ["outer-source", "tunnelled packets came from others than the directors, and were dropped"],
  ["inner-destination", "packets in tunnels were for addresses that are not up, and were dropped"],
  ["outer-fragment", "tunnelled packets came in pieces, and are lost: the path's MTU is too small"],
  ["malformed", "packets in tunnels were malformed"],
  ["unsupported", "packets in tunnels were of a form that directors do not send"],
  ["bad-checksum", "packets in tunnels had a wrong outer checksum"],
  ["congestion", "packets met congestion on the way and could not say so, and were dropped"],
];

/** What is worth knowing, and no fault of this host. */
export function describeTunnel({ attached, counts }: TunnelState): string[] {
  const taken = counts.decapsulated ?? 0;
  const notes = attached.map(({ link, mode }) => `packets leave tunnels on ${link} (${mode} XDP)`);
  if (attached.length > 0) notes.push(`${taken} packets have come out of tunnels`);
  for (const [reason, said] of WORTH_KNOWING) {
    const count = counts[reason] ?? 0;
    if (count > 0) notes.push(`${count} ${said}`);
  }
  return notes;
}

/** The command that makes this host a real server of tunnels as it was asked to be. */
export function tunnelCommand(vip: string, recorded: RecordedTunnel | undefined): string {
  const directors = recorded?.directors.join(" ") ?? "ADDRESS";
  const port =
    recorded !== undefined && recorded.guePort !== 0 ? ` --port ${recorded.guePort}` : "";
  return `weir real-server up ${vip} --method tun --director ${directors}${port}`;
}
