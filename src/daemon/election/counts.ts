import type { DropReason } from "../../cluster/drop-reason.ts";
import type { State } from "../../cluster/effect.ts";
import type { InstanceSettings } from "../../cluster/settings.ts";
import type { InstanceCounts } from "./order.ts";

/** A reason is told of once in so many microseconds: who floods us does not fill the log. */
const TELL_INTERVAL = 60_000_000;

/** What has become of an instance and its messages. */
export class Counts {
  readonly #name: string;
  #state: State = "INIT";
  #sent = 0;
  #received = 0;
  readonly #dropped = new Map<DropReason, number>();
  readonly #told = new Map<DropReason, number>();
  #becameMaster = 0;
  #releasedMaster = 0;
  #latest = 0;

  constructor({ name }: InstanceSettings) {
    this.#name = name;
  }

  get state(): State {
    return this.#state;
  }

  enter(state: State): void {
    if (state === "MASTER" && this.#state !== "MASTER") this.#becameMaster++;
    if (state !== "MASTER" && this.#state === "MASTER") this.#releasedMaster++;
    this.#state = state;
  }

  sent(): void {
    this.#sent++;
  }

  arrived(dropped: DropReason | undefined): void {
    this.#received++;
    if (dropped === undefined) return;
    this.#dropped.set(dropped, (this.#dropped.get(dropped) ?? 0) + 1);
  }

  /** Whether the log may hear of another message that was dropped for this reason. */
  mayTell(reason: DropReason, now: number): boolean {
    const before = this.#told.get(reason);
    if (before !== undefined && now - before < TELL_INTERVAL) return false;
    this.#told.set(reason, now);
    return true;
  }

  late(by: number): void {
    this.#latest = Math.max(this.#latest, by);
  }

  read(priority: number, holding: boolean): InstanceCounts {
    return {
      name: this.#name,
      state: this.#state,
      priority,
      holding,
      sent: this.#sent,
      received: this.#received,
      dropped: Object.fromEntries(this.#dropped),
      becameMaster: this.#becameMaster,
      releasedMaster: this.#releasedMaster,
      latest: this.#latest,
    };
  }
}
