import {
  beginScriptHealth,
  judgeScript,
  type ScriptHealth,
} from "../../src/cluster/script-health.ts";
import type { TrackScript } from "../../src/cluster/settings.ts";
import { type Observed, standing } from "../../src/cluster/track.ts";
import type { Configuration } from "../../src/config/configuration.ts";
import type { Tracked } from "../../src/daemon/cluster/cluster.ts";
import type { Clock, Event } from "../../src/simulator/clock.ts";

/**
 * What instances track, on the simulator's clock: scripts run each their interval, files have the
 * number that the play gives them, and processes are not there.
 */
export class PlayedTracks {
  readonly #clock: Clock;
  readonly #tell: (tracked: Tracked) => void;
  readonly #healths = new Map<string, ScriptHealth>();
  #runs: Event[] = [];
  #configuration: Configuration | undefined;
  #isUp: (link: string) => boolean = () => true;
  #told = "";
  /** What a run of a script comes to from now on. */
  outcome: "succeeds" | "fails" | "hangs" = "succeeds";
  #file = 0;

  constructor(clock: Clock, tell: (tracked: Tracked) => void) {
    this.#clock = clock;
    this.#tell = tell;
  }

  configure(configuration: Configuration, isUp: (link: string) => boolean): void {
    this.close();
    this.#configuration = configuration;
    this.#isUp = isUp;
    this.#told = "";
    for (const script of configuration.scripts) {
      this.#healths.set(script.name, beginScriptHealth(script));
      this.#run(script);
    }
    this.turn();
  }

  close(): void {
    for (const run of this.#runs) this.#clock.cancel(run);
    this.#runs = [];
    this.#healths.clear();
    this.#configuration = undefined;
  }

  writeFile(value: number): void {
    this.#file = value;
    this.turn();
  }

  /** Tells what has changed. */
  turn(): void {
    const tracked = (this.#configuration?.instances ?? []).map(({ name, priority, tracks }) => {
      const found = standing(
        priority,
        tracks.map((track) => this.#observe(track)),
      );
      return { instance: name, ...found };
    });
    if (JSON.stringify(tracked) === this.#told) return;
    this.#told = JSON.stringify(tracked);
    for (const each of tracked) this.#tell(each);
  }

  /** The program takes no time, unless it hangs: then it is ended after its own. */
  #run(script: TrackScript): void {
    const { interval, timeout, name } = script;
    const hangs = this.outcome === "hangs";
    const begun = this.#clock.now;
    const ended = begun + (hangs ? timeout : 0);
    const succeeded = this.outcome === "succeeds";
    this.#after(ended, () => {
      this.#healths.set(name, judgeScript(script, this.#healths.get(name)!, succeeded));
      this.turn();
      this.#after(Math.max(ended, begun + interval), () => this.#run(script));
    });
  }

  #after(time: number, action: () => void): void {
    this.#runs.push(this.#clock.at(time, action));
  }

  #observe(track: Observed["track"]): Observed {
    const { kind, name } = track;
    switch (kind) {
      case "interface":
        return { track, up: this.#isUp(name) };
      case "script":
        return { track, up: this.#healths.get(name)?.up };
      case "file":
        return { track, up: true, value: this.#file };
      case "process":
        return { track, up: false };
    }
  }
}
