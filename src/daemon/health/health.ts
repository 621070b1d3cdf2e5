import type { Random } from "../../base/random.ts";
import { START_WAIT } from "../../health/checker.ts";
import type { Notice } from "../../health/notice.ts";
import type { VirtualServerSettings } from "../../health/settings.ts";
import { beginVirtualServer, serversOf } from "../../health/virtual-server.ts";
import type { Exchanges } from "../../kernel/exchange.ts";
import type { Scripts } from "../../kernel/scripts.ts";
import type { Served } from "../../state/desired.ts";
import type { CheckRunner } from "./check-runner.ts";
import type { HealthClock } from "./clock.ts";
import { Deadlines } from "./deadlines.ts";
import { VirtualServerRunner } from "./virtual-server-runner.ts";

export interface HealthParts {
  readonly exchanges: Exchanges;
  readonly scripts: Pick<Scripts, "run">;
  readonly clock: HealthClock;
  readonly random: Random;
  /** In the order in which keepalived tells of it. */
  tell(notice: Notice): void;
  /** Others serve now than before: served() says who. */
  changed(): void;
}

/** The health of the configured servers: all their checks, on one timer. */
export class LocalHealth {
  readonly #parts: HealthParts;
  readonly #deadlines = new Deadlines();
  /** By title. */
  #runners = new Map<string, VirtualServerRunner>();
  #held: ReadonlySet<string> = new Set();
  readonly #files = new Map<string, number | undefined>();
  #armed: number | undefined;

  constructor(parts: HealthParts) {
    this.#parts = parts;
  }

  /**
   * Other settings: what checks know that stay the same is kept. `initialNotifies`: the first time,
   * servers that start unfit are told to be down.
   */
  configure(virtualServers: readonly VirtualServerSettings[], initialNotifies = false): void {
    const before = this.#runners;
    const runners = new Map<string, VirtualServerRunner>();
    const { exchanges, scripts, random, clock, changed } = this.#parts;
    const ground = {
      exchanges,
      scripts,
      random,
      changed,
      deadlines: this.#deadlines,
      now: () => clock.now(),
      turned: () => this.#arm(),
      tell: (notices: readonly Notice[]) => {
        for (const notice of notices) this.#parts.tell(notice);
      },
    };
    for (const settings of virtualServers) {
      const old = before.get(settings.title);
      const runner = new VirtualServerRunner(ground, settings, old, initialNotifies);
      runners.set(settings.title, runner);
    }
    const kept = new Set([...runners.values()].flatMap((runner) => runner.runners));
    for (const runner of checksOf(before)) if (!kept.has(runner)) runner.suspend();
    this.#runners = runners;
    for (const runner of kept) this.#readFiles(runner);
    this.#hold(before.size === 0 ? START_WAIT : 0);
  }

  /** Who serves now, and who would if these were the settings. */
  served(virtualServers?: readonly VirtualServerSettings[]): readonly Served[] {
    if (virtualServers === undefined) {
      return [...this.#runners.values()].map((runner) => runner.served);
    }
    return virtualServers.map((settings) => {
      const before = this.#runners.get(settings.title)?.machine;
      const { virtualServer } = beginVirtualServer(settings, before);
      return { settings, servers: serversOf(virtualServer) };
    });
  }

  /** The addresses of this host, which ha_suspend goes by: after each change of them. */
  hold(addresses: ReadonlySet<string>): void {
    this.#held = addresses;
    this.#hold(0);
  }

  /** The number in a tracked file; undefined where there is none. */
  readFile(file: string, value: number | undefined): void {
    this.#files.set(file, value);
    for (const runner of checksOf(this.#runners)) this.#readFiles(runner);
  }

  /** Ends the checks; with omega what was up is told to be down. */
  stop(): void {
    for (const runner of checksOf(this.#runners)) runner.suspend();
    for (const runner of this.#runners.values()) runner.end();
    this.#runners = new Map();
    this.#arm();
  }

  #hold(wait: number): void {
    for (const runner of this.#runners.values()) runner.hold(this.#held, wait);
    this.#arm();
  }

  #readFiles(runner: CheckRunner): void {
    const { file } = runner;
    if (file !== undefined && this.#files.has(file)) runner.readFile(this.#files.get(file));
  }

  #turn(): void {
    this.#armed = undefined;
    this.#deadlines.turn(this.#parts.clock.now());
    this.#arm();
  }

  /** A timer that is early is let be: most deadlines are those of answers, which move on. */
  #arm(): void {
    const { earliest } = this.#deadlines;
    if (earliest === undefined) {
      if (this.#armed !== undefined) this.#parts.clock.wake(undefined, () => {});
      this.#armed = undefined;
      return;
    }
    if (this.#armed !== undefined && this.#armed <= earliest) return;
    this.#armed = earliest;
    this.#parts.clock.wake(earliest, () => this.#turn());
  }
}

function checksOf(runners: ReadonlyMap<string, VirtualServerRunner>): CheckRunner[] {
  return [...runners.values()].flatMap((runner) => runner.runners);
}
