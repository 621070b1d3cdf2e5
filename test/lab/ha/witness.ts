import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { LAB_FOLDER } from "../../../src/cli/lab/names.ts";
import { until } from "../lab.ts";

/** A program that a director runs, and what it has been told: a line for each of its runs. */
export interface Witness {
  readonly program: string;
  lines(): string[];
  /** Waits until its last lines are these. */
  untilTold(...last: string[]): Promise<void>;
}

/**
 * Writes a program of /bin/sh among a lab's own files, which go with it. It appends its arguments
 * to the file $told, as one line, and goes on with `then`.
 */
export function witness(lab: string, name: string, then = ""): Witness {
  const told = `${LAB_FOLDER}/${lab}.${name}.told`;
  const program = `${LAB_FOLDER}/${lab}.${name}.sh`;
  const script = `#!/bin/sh\ntold=${told}\necho "$@" >> $told\n${then}\n`;
  writeFileSync(program, script, { mode: 0o700 });
  const lines = () => (existsSync(told) ? readFileSync(told, "utf8").split("\n").slice(0, -1) : []);
  return {
    program,
    lines,
    untilTold: (...last) =>
      until(`${name} is told ${last.join(", ")}`, async () => {
        return lines().slice(-last.length).join() === last.join();
      }).then(
        () => undefined,
        (error: Error) => {
          throw new Error(`${error.message}; it was told ${lines().join(", ") || "nothing"}`);
        },
      ),
  };
}
