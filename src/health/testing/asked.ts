import type { Check, Verdict } from "../check.ts";
import {
  type Action,
  beginConversation,
  type Conversation,
  type Heard,
  hear,
} from "../conversation.ts";
import type { Conversation as Asked, CheckSettings, CheckTarget } from "../settings.ts";

export const SECOND = 1_000_000;

export const TARGET: CheckTarget = {
  address: "192.168.150.11",
  port: 80,
  connectTimeout: 2 * SECOND,
};

/** As the captures have it: delay_loop 2, connect_timeout 2, retry 2, delay_before_retry 1. */
export function checkSettings(
  conversation: Asked,
  changes: Partial<CheckSettings> = {},
): CheckSettings {
  return {
    target: TARGET,
    timing: {
      delayLoop: 2 * SECOND,
      retry: 2,
      delayBeforeRetry: SECOND,
      warmup: 2 * SECOND,
    },
    conversation,
    alpha: false,
    logsAllFailures: false,
    ...changes,
  };
}

/** A conversation that is told things by a test, and keeps what it asked for. */
export class Talk {
  readonly actions: Action[] = [];
  readonly #check: Check;
  #conversation: Conversation;
  #now = 0;

  constructor(check: Check) {
    this.#check = check;
    const { conversation, actions } = beginConversation(check, 0);
    this.#conversation = conversation;
    this.actions.push(...actions);
  }

  /** Told in order, a millisecond apart. */
  tell(...told: readonly Heard[]): this {
    for (const heard of told) {
      this.#now += 1000;
      const { conversation, actions } = hear(this.#conversation, heard, this.#now);
      this.#conversation = conversation;
      this.actions.push(...actions);
    }
    return this;
  }

  connected(): this {
    return this.tell({ kind: "connected" });
  }

  /** Text stands for its Latin-1 bytes. */
  answer(...pieces: readonly (string | Uint8Array)[]): this {
    return this.tell(...pieces.map((bytes) => ({ kind: "data", bytes: bytesOf(bytes) }) as const));
  }

  closed(): this {
    return this.tell({ kind: "closed" });
  }

  /** Nothing more happens until the deadline, and then that. */
  silence(): this {
    if (this.deadline === undefined) return this;
    this.#now = this.deadline;
    return this.tell({ kind: "deadline" });
  }

  /** Until a moment that is not yet the deadline. */
  wait(until: number): this {
    this.#now = until - 1000;
    return this;
  }

  get isExchange(): boolean {
    return this.#check.by === "exchange";
  }

  get deadline(): number | undefined {
    return this.#conversation.deadline;
  }

  get verdicts(): readonly Verdict[] {
    return this.actions.flatMap((action) => (action.kind === "verdict" ? [action.verdict] : []));
  }

  get isFit(): boolean | undefined {
    return this.verdicts[0]?.fit;
  }

  /** All that was sent, each as text of Latin-1 bytes. */
  get sent(): readonly string[] {
    return this.actions.flatMap((action) =>
      action.kind === "send" ? [new TextDecoder("latin1").decode(action.bytes)] : [],
    );
  }
}

export function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? Uint8Array.from(text, (c) => c.charCodeAt(0)) : text;
}
