import type { Logger } from "pino";
import { describeFault } from "../base/fault.ts";
import { desiredServices, type Served } from "../state/desired.ts";
import { type PlannedOperation, planRules, type ServiceMap } from "../state/plan.ts";
import type { Operation, Rules } from "../state/rule.ts";
import type { Applied } from "./api/director.ts";
import type { AppliedServices } from "./applied-services.ts";

function isSame(a: ServiceMap, b: ServiceMap): boolean {
  return JSON.stringify([...a]) === JSON.stringify([...b]);
}

/** The director, as far as it is kept to a configuration. */
interface Reconciled {
  readonly rules: Rules;
  apply(operations: readonly Operation[]): Promise<Applied>;
}

/**
 * Keeps the director's rules to what the configuration and the health of the servers come to. It
 * compares with what is there, never with what it once wrote, so that a rule that somebody deletes
 * comes back.
 */
export class Reconciler {
  readonly #director: Reconciled;
  readonly #log: Logger;
  readonly #applied: AppliedServices;
  #desired: ServiceMap = new Map();
  /** Turns one after the other: two plans at once would both add the same server. */
  #turns: Promise<void> = Promise.resolve();

  /** `applied`: with what an earlier daemon kept to; services of it that are no more go. */
  constructor(director: Reconciled, applied: AppliedServices, log: Logger) {
    this.#director = director;
    this.#applied = applied;
    this.#log = log;
  }

  /** What it would do if these were served; nothing happens. */
  plan(served: readonly Served[]): PlannedOperation[] {
    return planRules(desiredServices(served), this.#applied.services, this.#director.rules);
  }

  /** From now on these are served. */
  serve(served: readonly Served[]): Promise<void> {
    this.#desired = desiredServices(served);
    return this.turn();
  }

  /** After every change of rules by others, too. */
  turn(): Promise<void> {
    this.#turns = this.#turns.then(() => this.#turn());
    return this.#turns;
  }

  async #turn(): Promise<void> {
    const desired = this.#desired;
    const before = this.#applied.services;
    const plan = planRules(desired, before, this.#director.rules);
    if (plan.length > 0) {
      this.#applied.begin(desired);
      await this.#carryOut(plan, isSame(desired, before));
    }
    this.#applied.end(desired);
  }

  /** `again`: whether nothing new is desired. */
  async #carryOut(plan: readonly PlannedOperation[], again: boolean): Promise<void> {
    const applied = await this.#director.apply(plan.map(({ operation }) => operation));
    if (applied.ok) {
      if (again) {
        this.#log.warn(`Put right what somebody has changed by hand, with ${plan.length} rules`);
      }
      return;
    }
    // One that the tables refuse keeps none of the others waiting.
    const { code } = applied.fault;
    this.#log.error(
      { code },
      `The configured rules cannot all be kept: ${describeFault(applied.fault)}`,
    );
    await this.#applyOneByOne(plan);
  }

  async #applyOneByOne(plan: readonly PlannedOperation[]): Promise<void> {
    for (const { operation } of plan) await this.#director.apply([operation]);
  }
}
