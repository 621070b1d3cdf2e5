import { shellWords } from "../../src/cli/ipvsadm/testing/shell-words.ts";
import { type Outcome, World } from "../../src/cli/ipvsadm/testing/world.ts";
import type { Step } from "./transcript.ts";

/** The guest in which a truth file's commands run one after the other. */
export class Guest extends World {
  /** The files that "ipvsadm -R < FILE" reads. */
  readonly files = new Map<string, string>();

  /** Runs a step's ipvsadm; undefined when the step is another program's. */
  async run(step: Step): Promise<Outcome | undefined> {
    if (step.input !== undefined) this.files.set("/tmp/r", step.input);
    if (/^cat \/tmp\/r$/.test(step.command)) this.files.set("/tmp/r", step.stdout);
    const [command = "", file] = step.command.split(" < ");
    const words = shellWords(command);
    const at = words.indexOf("ipvsadm");
    // Both uses of setpriv take away what ipvsadm needs of root.
    const isRoot = words[0] !== "setpriv";
    if (at === -1 || (at > 0 && isRoot)) return undefined;
    const stdin = file === undefined ? "" : (this.files.get(file) ?? "");
    return this.ipvsadm(words.slice(at + 1), stdin, isRoot);
  }
}
