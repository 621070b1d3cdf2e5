import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Configuration } from "../../src/config/configuration.ts";
import { readText } from "../../src/config/testing/read-text.ts";
import { parseTranscript } from "./transcript.ts";

/** A configuration, as we read it and as keepalived says that it has. */
interface Dump {
  readonly section: string;
  readonly configuration: Configuration;
  readonly dump: string;
}

/** All configurations of ka-data.txt that keepalived has written this file of. */
export function dumps(file: "keepalived.data" | "keepalived_check.data"): readonly Dump[] {
  const text = readFileSync(new URL("./ka-data.txt", import.meta.url), "utf8");
  const steps = parseTranscript(text);
  return steps
    .filter(({ command }) => command === `cat /tmp/${file}`)
    .map(({ section, stdout: dump }) => {
      const source = steps.find((step) => {
        return step.section === section && step.command === "cat /tmp/1.conf";
      });
      assert.ok(source !== undefined, section);
      return { section, configuration: readText(source.stdout).configuration, dump };
    });
}

/** The parts of a dump that begin with a line of this form, by what is in its first brackets. */
export function blocksOf(
  dump: string,
  head: RegExp,
): readonly { readonly name: string; readonly text: string }[] {
  const starts = Array.from(dump.matchAll(new RegExp(head.source, "gm")));
  return starts.map((match, at) => {
    const end = starts[at + 1]?.index ?? dump.length;
    const text = dump.slice(match.index, end);
    // A heading ends the last block of its kind.
    return { name: match[1]!, text: text.split(/^ ?-{6}</m, 1)[0]! };
  });
}

/** Microseconds as keepalived prints seconds: "5.000000". */
export function secondsText(microseconds: number): string {
  return (microseconds / 1e6).toFixed(6);
}
