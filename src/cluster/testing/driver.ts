import type { Effect } from "../effect.ts";
import type { Input } from "../input.ts";
import { beginInstance, stepInstance } from "../instance.ts";
import type { Instance } from "../phase.ts";
import type { InstanceSettings } from "../settings.ts";
import { instanceSettings } from "./settings.ts";

const SECOND = 1_000_000;

/** Who is heard in tests: its address is higher than that of the instance unless said otherwise. */
export const RIVAL = "192.168.150.20";

/**
 * One instance with a clock that stands still until it is told to go on. It carries out what the
 * instance wants, and writes it down: "3.609375 advertise 100", times in seconds, logs left out.
 */
export class Driver {
  state: Instance;
  deadline: number | undefined;
  now = 0;
  /** Whether messages can be sent. */
  sends = true;
  readonly #settings: InstanceSettings;
  #lines: string[] = [];

  constructor(change: Partial<InstanceSettings> = {}) {
    this.#settings = instanceSettings(change);
    this.state = beginInstance(this.#settings);
  }

  /** What has been done since this was last asked. */
  get lines(): string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  input(input: Input): this {
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      const step = stepInstance(this.state, next, this.now);
      this.state = step.state;
      this.deadline = step.deadline;
      for (const effect of step.effects) {
        const text = textOf(effect);
        if (text !== undefined) this.#lines.push(`${this.now / SECOND} ${text}`);
        if (effect.kind === "advertise") {
          inputs.push({ kind: "sent", at: this.now, ok: this.sends });
        }
      }
    }
    return this;
  }

  start(leaseUntil?: number): this {
    return this.input({ kind: "start", ...(leaseUntil === undefined ? {} : { leaseUntil }) });
  }

  /** An advertisement of somebody else. */
  hear(priority: number, change: { source?: string; higher?: boolean; interval?: number } = {}) {
    const { source = RIVAL, higher = true, interval = this.#settings.advertInterval } = change;
    const { version, router } = this.#settings;
    const addresses = ["192.168.150.100"];
    return this.input({
      kind: "advertisement",
      source,
      sourceIsHigher: higher,
      advertisement: { version, router, priority, interval, addresses },
    });
  }

  /** Goes on to a time in seconds, and wakes the instance whenever it wants to be. */
  until(seconds: number): this {
    const end = Math.round(seconds * SECOND);
    while (this.deadline !== undefined && this.deadline <= end) {
      this.now = this.deadline;
      this.input({ kind: "deadline" });
    }
    this.now = end;
    return this;
  }

  /** The process sleeps until then, in seconds, and is late for all that was due. */
  sleepUntil(seconds: number): this {
    this.now = Math.round(seconds * SECOND);
    return this;
  }

  wake(): this {
    return this.input({ kind: "deadline" });
  }
}

function textOf(effect: Effect): string | undefined {
  switch (effect.kind) {
    case "advertise": {
      const lease = effect.lease === undefined ? "" : ` lease ${effect.lease / SECOND}`;
      return `advertise ${effect.priority}${lease}`;
    }
    case "announce":
      return `announce ${effect.repeat}`;
    case "state":
      return `state ${effect.state} ${effect.priority}`;
    case "lower-heard":
      return `lower-heard ${effect.priority}`;
    case "log":
      return undefined;
    default:
      return effect.kind;
  }
}
