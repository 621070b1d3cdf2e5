import { describeFault } from "../../base/fault.ts";
import { type Observed, standing } from "../../cluster/track.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { NetworkState } from "../../kernel/kernel.ts";
import type { Scripts } from "../../kernel/scripts.ts";
import type { Tracking as HostTracking, Watch } from "../../kernel/tracking.ts";
import type { Tracked } from "./cluster.ts";
import { ProcessDelays } from "./process-delays.ts";
import { ScriptRunner } from "./script-runner.ts";

type Track = Observed["track"];

/** What tracking needs of the host. */
export interface TrackGround {
  readonly scripts: Scripts;
  readonly tracking: HostTracking;
  readonly network: { readonly state: NetworkState };
  /** The number in a tracked file is another; real servers may go by it too. */
  fileRead(name: string, value: number | undefined): void;
  log(level: "info" | "warn", message: string): void;
}

/**
 * Watches what instances track, and tells of each instance when its priority or its fault is
 * another.
 */
export class Tracking {
  readonly #ground: TrackGround;
  readonly #tell: (tracked: Tracked) => void;
  readonly #told = new Map<string, string>();
  readonly #scripts: ScriptRunner;
  #configuration: Configuration | undefined;
  #watches: Watch[] = [];
  readonly #files = new Map<string, number | undefined>();
  readonly #processes = new Map<string, boolean>();

  constructor(ground: TrackGround, tell: (tracked: Tracked) => void) {
    this.#ground = ground;
    this.#tell = tell;
    this.#scripts = new ScriptRunner(ground, () => this.turn());
  }

  /** What is tracked as before keeps what is known of it: nobody is elected over a reload. */
  configure(configuration: Configuration): void {
    const before = this.#configuration;
    this.#configuration = configuration;
    this.#told.clear();
    this.#scripts.configure(configuration.scripts);
    for (const watch of this.#watches) watch.close();
    const { files, processes } = configuration;
    const known = keep(this.#files, before?.files, files, ({ path }) => path);
    keep(this.#processes, before?.processes, processes, (each) => JSON.stringify(each));
    this.#watches = [
      ...this.#watchFiles(configuration, known),
      this.#watchProcesses(configuration),
    ];
    this.turn();
  }

  /** After each change of the network, too. */
  turn(): void {
    const { instances = [], groups = [] } = this.#configuration ?? {};
    for (const { name, priority, tracks } of instances) {
      const shared = groups
        .filter(({ members }) => members.includes(name))
        .flatMap((group) => group.tracks);
      const { priority: effective, ...rest } = standing(
        priority,
        [...tracks, ...shared].map((track) => this.#observe(track)),
      );
      const tracked: Tracked = { instance: name, priority: effective, ...rest };
      const told = JSON.stringify(tracked);
      if (this.#told.get(name) === told) continue;
      this.#told.set(name, told);
      this.#tell(tracked);
    }
  }

  close(): void {
    this.#scripts.close();
    for (const watch of this.#watches) watch.close();
  }

  /** `known`: the names of those that began with their initial value before. */
  #watchFiles({ files }: Configuration, known: ReadonlySet<string>): Watch[] {
    const { tracking, log } = this.#ground;
    return files.map(({ name, path, initial }) => {
      if (initial !== undefined && !known.has(name)) {
        const written = tracking.writeFile(path, initial.value, initial.overwrites);
        if (!written.ok) log("warn", describeFault(written.fault));
      }
      return tracking.watchFile(path, (value) => {
        this.#files.set(name, value);
        this.#ground.fileRead(name, value);
        this.turn();
      });
    });
  }

  #watchProcesses({ processes }: Configuration): Watch {
    const delays = new ProcessDelays(processes, this.#processes, () => this.turn());
    const watch = this.#ground.tracking.watchProcesses(processes, (counts) => delays.take(counts));
    return {
      close() {
        watch.close();
        delays.close();
      },
    };
  }

  #observe(track: Track): Observed {
    const { kind, name } = track;
    switch (kind) {
      case "interface": {
        const links = [...this.#ground.network.state.links.values()];
        return { track, up: links.find((link) => link.name === name)?.up ?? false };
      }
      case "script":
        return { track, up: this.#scripts.up(name) };
      case "file":
        // keepalived takes a file without a number for one with 0.
        return { track, up: this.#files.has(name) || undefined, value: this.#files.get(name) ?? 0 };
      case "process":
        return { track, up: this.#processes.get(name) };
    }
  }
}

/** Forgets what is known of all that are not as they were, and answers the names of the others. */
function keep<T extends { readonly name: string }>(
  known: Map<string, unknown>,
  before: readonly T[] = [],
  now: readonly T[],
  textOf: (of: T) => string,
): ReadonlySet<string> {
  const texts = new Map(before.map((each) => [each.name, textOf(each)]));
  const same = now.filter((each) => texts.get(each.name) === textOf(each));
  const names = new Set(same.map(({ name }) => name));
  for (const name of known.keys()) if (!names.has(name)) known.delete(name);
  return names;
}
