import type { Script } from "../base/script.ts";
import type { Check, Dialogue, Ended, Transport, Turn, Verdict } from "./check.ts";
import type { CheckTarget } from "./settings.ts";

/**
 * One round of a check, as a machine: it is told what happened and answers what to do. Whatever
 * the check and whatever the other end does, there is one verdict, everything that was opened is
 * closed with it, and until then there is always a deadline.
 */

/** What a conversation is told. */
export type Heard =
  | { readonly kind: "connected" }
  /** A piece of the stream, or one datagram. */
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  /** The other end will send nothing more. */
  | { readonly kind: "closed" }
  /** `isOurs`: our own end failed, not the server. */
  | { readonly kind: "failed"; readonly message: string; readonly isOurs?: boolean }
  | { readonly kind: "ended"; readonly end: Ended }
  | { readonly kind: "deadline" };

export type Action =
  | { readonly kind: "connect"; readonly transport: Transport; readonly target: CheckTarget }
  | { readonly kind: "send"; readonly bytes: Uint8Array }
  | { readonly kind: "close" }
  /** `timeout` in microseconds: the script is ended then. */
  | { readonly kind: "run"; readonly script: Script; readonly timeout: number }
  | { readonly kind: "verdict"; readonly verdict: Verdict };

export type Conversation =
  | { readonly phase: "connecting"; readonly check: ExchangeCheck; readonly deadline: number }
  | {
      readonly phase: "talking";
      readonly check: ExchangeCheck;
      readonly dialogue: Dialogue;
      readonly received: number;
      /** Microseconds: when it is over, however lively. */
      readonly limit: number;
      readonly deadline: number;
    }
  | { readonly phase: "running"; readonly check: ScriptCheck; readonly deadline: number }
  | { readonly phase: "over"; readonly deadline?: undefined };

type ExchangeCheck = Extract<Check, { by: "exchange" }>;
type ScriptCheck = Extract<Check, { by: "script" }>;

export interface Step {
  readonly conversation: Conversation;
  readonly actions: readonly Action[];
}

/** Bytes of all that a server may answer: what a page with a digest may come to, and no more. */
export const ANSWER_MAX = 2 ** 20;

/**
 * Silence of `connect_timeout` ends a conversation, but a server that drips bytes would never be
 * silent: so many of these times it has in all.
 */
const TIMEOUTS_IN_ALL = 10;

/** A script may have to wait for its turn, which its own timeout does not count; microseconds. */
const SCRIPT_WAIT = 10_000_000;

const OVER: Conversation = { phase: "over" };

/** `now` in microseconds, of any clock that does not step. */
export function beginConversation(check: Check, now: number): Step {
  if (check.by === "script") {
    const { script, timeout } = check;
    return {
      conversation: { phase: "running", check, deadline: now + timeout + SCRIPT_WAIT },
      actions: [{ kind: "run", script, timeout }],
    };
  }
  const { transport, target } = check;
  return {
    conversation: { phase: "connecting", check, deadline: now + target.connectTimeout },
    actions: [{ kind: "connect", transport, target }],
  };
}

/** What comes after the verdict changes nothing. */
export function hear(conversation: Conversation, heard: Heard, now: number): Step {
  switch (conversation.phase) {
    case "connecting":
      return connecting(conversation, heard, now);
    case "talking":
      return talking(conversation, heard, now);
    case "running":
      return running(conversation, heard);
    case "over":
      return { conversation, actions: [] };
  }
}

type Connecting = Extract<Conversation, { phase: "connecting" }>;
type Talking = Extract<Conversation, { phase: "talking" }>;
type Running = Extract<Conversation, { phase: "running" }>;

function connecting(conversation: Connecting, heard: Heard, now: number): Step {
  const { check } = conversation;
  switch (heard.kind) {
    case "connected": {
      const timeout = check.target.connectTimeout;
      const limit = now + TIMEOUTS_IN_ALL * timeout;
      return afterTurn(check, check.connected(), 0, limit, now);
    }
    case "failed":
      return ended(failed(heard));
    case "closed":
      return ended({ fit: false, why: "The connection was closed before it was made" });
    case "deadline":
      return ended({ fit: false, why: `No connection within ${time(check.target)}` });
    case "data":
    case "ended":
      return { conversation, actions: [] };
  }
}

function talking(conversation: Talking, heard: Heard, now: number): Step {
  const { check, dialogue, limit } = conversation;
  switch (heard.kind) {
    case "data": {
      const received = conversation.received + heard.bytes.length;
      if (received > ANSWER_MAX) {
        return ended({ fit: false, why: `The answer is longer than ${ANSWER_MAX} bytes` });
      }
      return afterTurn(check, dialogue.hear(heard.bytes), received, limit, now);
    }
    case "closed":
      return ended(dialogue.closed());
    case "failed":
      return ended(failed(heard));
    case "deadline": {
      const verdict = dialogue.silence?.();
      return ended(verdict ?? { fit: false, why: `No answer within ${time(check.target)}` });
    }
    case "connected":
    case "ended":
      return { conversation, actions: [] };
  }
}

function running(conversation: Running, heard: Heard): Step {
  const { check } = conversation;
  switch (heard.kind) {
    case "ended":
      return over(check.ended(heard.end));
    case "failed":
      return over(failed(heard));
    case "deadline":
      return over(check.ended({ kind: "timeout" }));
    case "connected":
    case "data":
    case "closed":
      return { conversation, actions: [] };
  }
}

function afterTurn(
  check: ExchangeCheck,
  turn: Turn,
  received: number,
  limit: number,
  now: number,
): Step {
  if ("verdict" in turn) return ended(turn.verdict);
  const { next: dialogue, send } = turn;
  const deadline = Math.min(now + check.target.connectTimeout, limit);
  return {
    conversation: { phase: "talking", check, dialogue, received, limit, deadline },
    actions: send === undefined ? [] : [{ kind: "send", bytes: send }],
  };
}

function ended(verdict: Verdict): Step {
  return { conversation: OVER, actions: [{ kind: "close" }, { kind: "verdict", verdict }] };
}

function over(verdict: Verdict): Step {
  return { conversation: OVER, actions: [{ kind: "verdict", verdict }] };
}

function failed({ message, isOurs }: Extract<Heard, { kind: "failed" }>): Verdict {
  return { fit: false, why: message, ...(isOurs === true ? { isOurs } : {}) };
}

function time({ connectTimeout }: CheckTarget): string {
  return `${connectTimeout / 1_000_000} s`;
}
