import type { Track, TrackFile, TrackProcess, TrackScript } from "../../cluster/settings.ts";
import type { Word } from "../tree.ts";
import { type Block, linesOf } from "./block.ts";
import type { Findings } from "./findings.ts";
import { readInteger } from "./values.ts";

/** What may be tracked by name. An interface needs no definition. */
export interface Trackables {
  readonly scripts: readonly TrackScript[];
  readonly files: readonly TrackFile[];
  readonly processes: readonly TrackProcess[];
  /** Names of blocks that name nothing to look at: they have findings of their own. */
  readonly incomplete: ReadonlySet<string>;
}

interface Weighted {
  readonly name: string;
  readonly weight: number;
  readonly reverse: boolean;
}

/** Weights of interfaces and scripts; those of files and processes reach one further (K-28). */
export const WEIGHT_MAX = 253;
export const WIDE_WEIGHT_MAX = 254;

/** The track_* blocks of an instance or a sync group, whose `title` findings name. */
export function readTracks(
  block: Block,
  trackables: Trackables,
  title: string,
  findings: Findings,
): readonly Track[] {
  const named = (
    kind: Track["kind"],
    definitions: readonly Weighted[],
    defined: string,
    code: "NO_SUCH_SCRIPT" | "NO_SUCH_FILE" | "NO_SUCH_PROCESS",
  ) =>
    linesOf(block, `track_${kind}`).flatMap(({ keyword, arguments: words }) => {
      const definition = definitions.find(({ name }) => name === keyword.text);
      if (definition !== undefined) return [trackOf(kind, definition, words)];
      if (trackables.incomplete.has(keyword.text)) return [];
      findings.warn(
        code,
        keyword,
        `${title} tracks ${keyword.text}, but there is no ${defined} ${keyword.text}.`,
        `Define ${defined} ${keyword.text}, or take it out; until then it is not tracked.`,
      );
      return [];
    });
  const tracks = [
    ...linesOf(block, "track_interface").map(({ keyword, arguments: words }) =>
      trackOf("interface", { name: keyword.text, weight: 0, reverse: false }, words),
    ),
    ...named("script", trackables.scripts, "vrrp_script", "NO_SUCH_SCRIPT"),
    ...named("file", trackables.files, "track_file", "NO_SUCH_FILE"),
    ...named("process", trackables.processes, "vrrp_track_process", "NO_SUCH_PROCESS"),
  ];
  return tracks.filter((track, at) => at === tracks.findIndex((first) => isSame(first, track)));
}

/** What is tracked twice is tracked the first time. */
function isSame(one: Track, other: Track): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** `NAME [weight N] [reverse|noreverse]`; what is not said is as in the definition. */
function trackOf(kind: Track["kind"], definition: Weighted, words: readonly Word[]): Track {
  const limit = kind === "file" || kind === "process" ? WIDE_WEIGHT_MAX : WEIGHT_MAX;
  const texts = words.map(({ text }) => text);
  const at = texts.indexOf("weight");
  const weight = at < 0 ? undefined : readInteger(texts[at + 1] ?? "", -limit, limit);
  const upright = texts.includes("no_reverse") || texts.includes("noreverse");
  return {
    kind,
    name: definition.name,
    weight: weight ?? definition.weight,
    reverse: texts.includes("reverse") || (definition.reverse && !upright),
  };
}
