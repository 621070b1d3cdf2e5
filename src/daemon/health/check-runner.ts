import type { Random } from "../../base/random.ts";
import type { Verdict } from "../../health/check.ts";
import {
  askingChecker,
  beginChecker,
  type Checker,
  type Finding,
  judge,
  judgeFile,
  resumeChecker,
  suspendChecker,
} from "../../health/checker.ts";
import { fileVerdict } from "../../health/checks/file.ts";
import {
  type Action,
  beginConversation,
  type Conversation,
  type Heard,
  hear,
} from "../../health/conversation.ts";
import { checkOf } from "../../health/rounds.ts";
import type { CheckSettings } from "../../health/settings.ts";
import type { Exchange, ExchangeEvent, Exchanges } from "../../kernel/exchange.ts";
import type { Scripts } from "../../kernel/scripts.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";
import { orderOf } from "./order.ts";

/** What checks need of those around them. */
export interface CheckGround {
  readonly exchanges: Exchanges;
  readonly scripts: Pick<Scripts, "run">;
  readonly deadlines: Deadlines;
  readonly random: Random;
  now(): number;
  /** Something has happened outside of a turn: the earliest deadline may be another one. */
  turned(): void;
}

/** A conversation that goes on, and the exchange that it has opened. */
interface Talk {
  conversation: Conversation;
  exchange?: Exchange;
}

/** A finding, and what the check says of its server after it. */
export type FindingListener = (finding: Finding, checker: Checker) => void;

/** One check of one server: its schedule, and the conversation that is going on. */
export class CheckRunner {
  readonly #settings: CheckSettings;
  readonly #ground: CheckGround;
  readonly #weight: number;
  #listener: FindingListener = () => {};
  readonly #deadline: Deadline;
  #checker: Checker;
  #talk: Talk | undefined;
  /** Our own failures are told once, until something else is the case. */
  #lastFailure: string | undefined;

  /**
   * `weight` is the server's configured one, `fit` what it is until the first verdict. Nothing is
   * asked before resume().
   */
  constructor(ground: CheckGround, settings: CheckSettings, weight: number, fit: boolean) {
    this.#settings = settings;
    this.#ground = ground;
    this.#weight = weight;
    this.#deadline = ground.deadlines.add((now) => this.#turn(now));
    this.#checker = beginChecker(fit);
  }

  /** The file that it goes by, if it is a FILE_CHECK. */
  get file(): string | undefined {
    const { conversation } = this.#settings;
    return conversation.kind === "file" ? conversation.file : undefined;
  }

  /** Who is told, instead of who was told before. */
  listen(listener: FindingListener): void {
    this.#listener = listener;
  }

  /** Begins to ask, or goes on with it, after `wait` microseconds and the warmup. */
  resume(wait: number): void {
    const { random } = this.#ground;
    if (this.#talk !== undefined || this.#checker.deadline !== undefined) return;
    const chance = random.u32() / 2 ** 32;
    this.#checker = resumeChecker(this.#checker, this.#settings, this.#ground.now() + wait, chance);
    this.#deadline.set(this.#checker.deadline);
  }

  /** Asks no more, and hears no more answers; what it says of its server stays. */
  suspend(): void {
    this.#talk?.exchange?.close();
    this.#talk = undefined;
    this.#deadline.set(undefined);
    this.#checker = suspendChecker(this.#checker);
  }

  /** The number in its file; undefined where there is none. */
  readFile(value: number | undefined): void {
    const { conversation } = this.#settings;
    if (conversation.kind !== "file") return;
    const judged = judgeFile(this.#checker, fileVerdict(value ?? 0, conversation.weight));
    this.#checker = judged.checker;
    if (judged.finding !== undefined) this.#listener(judged.finding, judged.checker);
  }

  #turn(now: number): void {
    if (this.#talk !== undefined) {
      this.#tell(this.#talk, { kind: "deadline" }, now);
      return;
    }
    const { random } = this.#ground;
    const check = checkOf(this.#settings, this.#checker.round, this.#weight, random);
    if (check === undefined) return;
    this.#checker = askingChecker(this.#checker, now);
    const { conversation, actions } = beginConversation(check, now);
    const talk: Talk = { conversation };
    this.#talk = talk;
    this.#deadline.set(conversation.deadline);
    for (const action of actions) this.#act(talk, action, now);
  }

  #tell(talk: Talk, heard: Heard, now: number): void {
    // What an earlier conversation hears late is nobody's.
    if (talk !== this.#talk) return;
    const { conversation, actions } = hear(talk.conversation, heard, now);
    talk.conversation = conversation;
    this.#deadline.set(conversation.deadline);
    for (const action of actions) this.#act(talk, action, now);
  }

  #act(talk: Talk, action: Action, now: number): void {
    switch (action.kind) {
      case "connect": {
        const order = orderOf(action.transport, action.target);
        talk.exchange = this.#ground.exchanges.open(order, (event) => {
          this.#tell(talk, heardOf(event), this.#ground.now());
          this.#ground.turned();
        });
        return;
      }
      case "send":
        talk.exchange?.send(action.bytes);
        return;
      case "close":
        talk.exchange?.close();
        return;
      case "run":
        void this.#run(talk, action);
        return;
      case "verdict":
        this.#talk = undefined;
        this.#judge(action.verdict, now);
        return;
    }
  }

  async #run(talk: Talk, { script, timeout }: Extract<Action, { kind: "run" }>): Promise<void> {
    const ran = await this.#ground.scripts.run(script, timeout);
    const heard: Heard = ran.ok
      ? { kind: "ended", end: ran.value }
      : {
          kind: "failed",
          message: ran.fault.message,
          isOurs: ran.fault.code === "SCRIPTS_BUSY",
        };
    this.#tell(talk, heard, this.#ground.now());
    this.#ground.turned();
  }

  #judge(verdict: Verdict, now: number): void {
    const { checker, finding } = judge(this.#checker, this.#settings, verdict, now);
    this.#checker = checker;
    this.#deadline.set(checker.deadline);
    const isRepeated = verdict.isOurs === true && verdict.why === this.#lastFailure;
    this.#lastFailure = verdict.isOurs ? verdict.why : undefined;
    if (finding !== undefined && !isRepeated) this.#listener(finding, checker);
  }
}

function heardOf(event: ExchangeEvent): Heard {
  if (event.kind !== "failed") return event;
  return { kind: "failed", message: event.message, isOurs: event.code === "LOCAL" };
}
