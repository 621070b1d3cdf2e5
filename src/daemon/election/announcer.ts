import type { GratuitousSettings } from "../../cluster/settings.ts";
import type { ElectionGround } from "../../kernel/election-ground.ts";
import { announcement } from "./announce.ts";
import type { Placed } from "./order.ts";

/** A message that has yet to leave. */
interface Waiting {
  readonly instance: string;
  /** Messages of one lane keep their distance: those of one interface and one family. */
  readonly lane: string;
  readonly link: number;
  readonly frame: Uint8Array;
  /** In microseconds, to the next of its lane. */
  readonly interval: number;
}

/**
 * Tells neighbours whose the addresses are now, for all instances: an interface has one message
 * after another, with garp_interval or gna_interval between them, whichever instance they are of.
 */
export class Announcer {
  readonly #ground: ElectionGround;
  /** In the order in which they leave. */
  #waiting: readonly Waiting[] = [];
  /** From when on the next message of a lane may leave. */
  readonly #free = new Map<string, number>();

  constructor(ground: ElectionGround) {
    this.#ground = ground;
  }

  /** When turn() must be called; in microseconds of the ground's clock. */
  get deadline(): number | undefined {
    const times = this.#waiting.map(({ lane }) => this.#freeFrom(lane));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** `repeat` messages for each address, in place of what is left of the instance's last round. */
  announce(
    instance: string,
    held: Placed["held"],
    repeat: number,
    { arpInterval, naInterval }: GratuitousSettings,
  ): void {
    this.forget(instance);
    const round = held.map(({ family, address, link, mac }) => ({
      instance,
      lane: `${family} ${link}`,
      link,
      frame: announcement(family, mac, address),
      interval: family === 4 ? arpInterval : naInterval,
    }));
    const rounds = Array.from({ length: repeat }, () => round).flat();
    this.#waiting = [...this.#waiting, ...rounds];
    this.turn();
  }

  /** The instance has let go: its addresses may be somebody else's by now. */
  forget(instance: string): void {
    this.#waiting = this.#waiting.filter((each) => each.instance !== instance);
  }

  /** Sends what may leave by now. */
  turn(): void {
    const now = this.#ground.now();
    this.#waiting = this.#waiting.filter(({ lane, link, frame, interval }) => {
      if (this.#freeFrom(lane) > now) return true;
      this.#ground.sendFrame(link, frame);
      this.#free.set(lane, now + interval);
      return false;
    });
  }

  #freeFrom(lane: string): number {
    return this.#free.get(lane) ?? Number.NEGATIVE_INFINITY;
  }
}
