import type { Logger } from "pino";
import { describeFault } from "../base/fault.ts";
import type { GlobalSettings } from "../config/configuration.ts";
import type { Scripts } from "../kernel/scripts.ts";
import type { ServiceMap } from "../state/plan.ts";
import type { Operation, Rules } from "../state/rule.ts";
import type { Applied } from "./api/director.ts";

export interface LifecycleParts {
  readonly scripts: Scripts;
  readonly director: {
    readonly rules: Rules;
    apply(operations: readonly Operation[]): Promise<Applied>;
  };
  readonly log: Logger;
}

type TimedScript = NonNullable<GlobalSettings["startupScript"]>;

/**
 * What global_defs has done once: before everything else, with the first rules, at each reload and
 * after everything else.
 */
export class Lifecycle {
  readonly #parts: LifecycleParts;
  #started: Promise<void> | undefined;
  #flushed = false;

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  /** Before anything of the first configuration: startup_script, until it has ended. */
  start({ startupScript }: GlobalSettings): Promise<void> {
    this.#started ??= this.#run(startupScript);
    return this.#started;
  }

  /**
   * With the rules of each configuration: lvs_timeouts, and once lvs_flush. A service that the
   * configuration has too is no leftover, so that its connections go on.
   */
  async configure({ flush, timeouts }: GlobalSettings, desired: ServiceMap): Promise<void> {
    const { services } = this.#parts.director.rules;
    const operations: Operation[] = [];
    if (timeouts !== undefined) operations.push({ kind: "set-timeouts", timeouts });
    if (flush && !this.#flushed) {
      for (const [name, { id }] of services) {
        if (!desired.has(name)) operations.push({ kind: "delete-service", service: id });
      }
    }
    this.#flushed = true;
    await this.#apply(operations);
  }

  /** After everything else: lvs_flush_on_stop, and shutdown_script until it has ended. */
  async stop({ flushOnStop, shutdownScript }: GlobalSettings): Promise<void> {
    if (flushOnStop === "all") await this.#apply([{ kind: "clear" }]);
    await this.#run(shutdownScript);
  }

  async #apply(operations: readonly Operation[]): Promise<void> {
    if (operations.length === 0) return;
    const applied = await this.#parts.director.apply(operations);
    if (applied.ok) return;
    this.#parts.log.error({ code: applied.fault.code }, describeFault(applied.fault));
  }

  async #run(script: TimedScript | undefined): Promise<void> {
    if (script === undefined) return;
    const { scripts, log } = this.#parts;
    const ended = await scripts.run(script, script.timeout);
    const name = script.words[0];
    if (!ended.ok) log.warn({ code: ended.fault.code }, describeFault(ended.fault));
    else if (ended.value.kind === "timeout") log.warn(`Script ${name} had its time and was ended`);
    else if (ended.value.kind === "signal") {
      log.warn(`Script ${name} was ended by ${ended.value.signal}`);
    } else if (ended.value.status !== 0) {
      log.warn(`Script ${name} ended with status ${ended.value.status}`);
    }
  }
}
