/**
 * Whether two directors held the VIP at one instant, judged from outside by what they let through.
 *
 * A probe is one frame that only a holder accepts: a question for the VIP's MAC address (ARP or
 * NDP), or a SYN for the VIP that is sent to a director's own MAC address. The director accepts it
 * where it answers the question, sends the SYN on to a real server, or has its kernel answer the
 * SYN. All times are the kernel's own, taken where frames leave the client and where they reach
 * the client or a real server, so the instant of acceptance lies in [sent, seen].
 *
 * Two acceptances that were sent together prove nothing: between the two frames the VIP may have
 * moved. What no lawful move can bring about is A, then B, then A again. So the rule is:
 *
 *   B accepted a probe of kind L in [s, r]; the last probe of kind K that A had wholly accepted by
 *   s and the first that it was sent after r were both accepted, as was every one of kind K sent
 *   to A between the two; and the two are no further apart than WITHIN_US. Then A held the VIP all
 *   the time from the one to the other, and B held it within that time: a violation.
 *
 * Nothing is allowed for: no rounds are forgiven, and no delay is assumed. A director that lets go
 * and takes again between two of its probes, with another one holding in between, would be judged
 * wrongly; it would take two changes of master in WITHIN_US, which no election here makes. An
 * overlap shorter than the time between two rounds is found only where a round falls into it:
 * directors are asked in the order A, B, A, B within a round, and then even an overlap of the
 * fraction of a millisecond that a round takes is one.
 *
 * A frame that is lost on its way counts as not accepted, which can hide a violation and never
 * makes one.
 */

/** "answers" a question for the VIP's MAC address; "forwards" a packet for the VIP. */
export type Deed = "answers" | "forwards";

export interface Probe {
  readonly director: string;
  readonly deed: Deed;
  /** When it left the client, in microseconds of the kernel's clock. */
  readonly sent: number;
  /** When its effect was seen; undefined where it was not accepted. */
  readonly seen?: number;
}

/** What was sent together. */
export interface Round {
  readonly number: number;
  readonly probes: readonly Probe[];
}

export interface Moment {
  /** Microseconds since the watch began. */
  readonly at: number;
  readonly answers: readonly string[];
  readonly forwards: readonly string[];
}

export interface Violation {
  /** Microseconds since the watch began. */
  readonly at: number;
  readonly round: number;
  /** Who held all the time, and who held within it. */
  readonly holder: string;
  readonly other: string;
  readonly deeds: readonly [holder: Deed, other: Deed];
}

/** How far apart the two probes may be that show a director to have held in between. */
const WITHIN_US = 100_000;
/** A round is judged only once this many later ones are known. */
export const JUDGED_LATER = 30;
const DEEDS: readonly Deed[] = ["answers", "forwards"];

/** Takes rounds in their order, and tells of each moment at which something changed. */
export class Judge {
  readonly #began: number;
  #rounds: Round[] = [];
  #last: string | undefined;

  /** `began` is when the watch began, in microseconds of the kernel's clock. */
  constructor(began: number) {
    this.#began = began;
  }

  /** A further round, with all that was seen of it. Answers what is to say of an earlier one. */
  add(round: Round): { moment?: Moment; violations: Violation[] } {
    this.#rounds.push(round);
    const at = this.#rounds.length - 1 - JUDGED_LATER;
    if (at < 0) return { violations: [] };
    const judged = this.#rounds[at]!;
    const violations = this.#violations(judged);
    if (at >= JUDGED_LATER) this.#rounds.shift();
    return { ...this.#change(judged), violations };
  }

  #change(round: Round): { moment?: Moment } {
    const who = (deed: Deed) => [
      ...new Set(
        round.probes
          .filter((probe) => probe.deed === deed && probe.seen !== undefined)
          .map(({ director }) => director),
      ),
    ];
    const [answers, forwards] = [who("answers").sort(), who("forwards").sort()];
    const text = JSON.stringify([answers, forwards]);
    if (text === this.#last) return {};
    this.#last = text;
    return { moment: { at: this.#since(round.probes[0]!.sent), answers, forwards } };
  }

  #violations(round: Round): Violation[] {
    const probes = this.#rounds.flatMap((each) => each.probes);
    const found: Violation[] = [];
    for (const accepted of round.probes) {
      if (accepted.seen === undefined) continue;
      const others = new Set(probes.map(({ director }) => director));
      others.delete(accepted.director);
      for (const holder of others) {
        const deed = DEEDS.find((kind) => heldAround(of(probes, holder, kind), accepted));
        if (deed === undefined) continue;
        const at = this.#since(accepted.sent);
        const deeds = [deed, accepted.deed] as const;
        found.push({ at, round: round.number, holder, other: accepted.director, deeds });
      }
    }
    return found.slice(0, 1);
  }

  #since(time: number): number {
    return Math.round(time - this.#began);
  }
}

function of(probes: readonly Probe[], director: string, deed: Deed): Probe[] {
  return probes.filter((probe) => probe.director === director && probe.deed === deed);
}

/** Whether a director whose probes these are held the VIP all the time that `accepted` took. */
function heldAround(probes: readonly Probe[], { sent, seen }: Probe): boolean {
  const before = probes.findLastIndex((probe) => probe.seen !== undefined && probe.seen <= sent);
  const after = probes.findIndex((probe) => probe.sent >= seen!);
  if (before < 0 || after < 0) return false;
  const between = probes.slice(before, after + 1);
  if (between.some((probe) => probe.seen === undefined)) return false;
  return between.at(-1)!.seen! - between[0]!.sent <= WITHIN_US;
}
