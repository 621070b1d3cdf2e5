import { describeFault } from "../../base/fault.ts";
import { beginScriptHealth, judgeScript, type ScriptHealth } from "../../cluster/script-health.ts";
import type { TrackScript } from "../../cluster/settings.ts";
import type { Scripts } from "../../kernel/scripts.ts";

interface Tracked {
  readonly settings: TrackScript;
  health: ScriptHealth;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Runs tracked scripts, each again its interval after its last start, and never twice at once. What
 * they say is judged by rise and fall.
 */
export class ScriptRunner {
  readonly #ground: {
    readonly scripts: Scripts;
    log(level: "info" | "warn", message: string): void;
  };
  readonly #changed: () => void;
  readonly #tracked = new Map<string, Tracked>();

  constructor(
    ground: { readonly scripts: Scripts; log(level: "info" | "warn", message: string): void },
    changed: () => void,
  ) {
    this.#ground = ground;
    this.#changed = changed;
  }

  /** Scripts that stay as they are go on, with what is known of them. */
  configure(scripts: readonly TrackScript[]): void {
    const before = new Map(this.#tracked);
    this.#tracked.clear();
    for (const settings of scripts) {
      const { name } = settings;
      const old = before.get(name);
      if (old !== undefined && JSON.stringify(old.settings) === JSON.stringify(settings)) {
        this.#tracked.set(name, old);
        before.delete(name);
        continue;
      }
      const tracked: Tracked = { settings, health: beginScriptHealth(settings), timer: undefined };
      this.#tracked.set(name, tracked);
      this.#runAfter(tracked, 0);
    }
    for (const { timer } of before.values()) clearTimeout(timer);
  }

  /** Undefined until its first result. */
  up(name: string): boolean | undefined {
    return this.#tracked.get(name)?.health.up;
  }

  close(): void {
    for (const { timer } of this.#tracked.values()) clearTimeout(timer);
    this.#tracked.clear();
  }

  #runAfter(tracked: Tracked, ms: number): void {
    tracked.timer = setTimeout(() => void this.#run(tracked), ms);
  }

  async #run(tracked: Tracked): Promise<void> {
    const { name, script, interval, timeout } = tracked.settings;
    const next = performance.now() + interval / 1000;
    const ended = await this.#ground.scripts.run(script, timeout);
    // Another configuration has come meanwhile.
    if (this.#tracked.get(name) !== tracked) return;
    const succeeded = ended.ok && ended.value.kind === "exit" && ended.value.status === 0;
    const before = tracked.health.up;
    tracked.health = judgeScript(tracked.settings, tracked.health, succeeded);
    this.#runAfter(tracked, Math.max(0, next - performance.now()));
    if (tracked.health.up === before) return;
    const why = ended.ok ? "" : `: ${describeFault(ended.fault)}`;
    const level = succeeded ? "info" : "warn";
    this.#ground.log(level, `Script ${name} ${succeeded ? "succeeds" : `fails${why}`}`);
    this.#changed();
  }
}
