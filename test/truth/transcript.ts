/** One command of a truth file with what it printed. */
export interface Step {
  readonly section: string;
  /** Number of the "$ " line in the file. */
  readonly line: number;
  /** As typed in the shell. */
  readonly command: string;
  /** What the file shows as the standard input, where it shows one. */
  readonly input: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}

type Growing = { -readonly [Field in keyof Step]: Step[Field] };

/**
 * Reads a truth file: "$ command", its stdout, "[stderr] " lines, "[exit N]" when not 0, "# "
 * remarks, "######## " sections. "# input:" is followed by a standard input as `cat -A` shows it.
 * Other lines outside of a command's output are narration, and left out.
 */
export function parseTranscript(text: string): readonly Step[] {
  const steps: Growing[] = [];
  let section = "";
  let step: Growing | undefined;
  let input: string | undefined;
  let readsInput = false;
  for (const [at, line] of text.split("\n").slice(0, -1).entries()) {
    if (readsInput && !line.startsWith("$ ")) {
      input += uncaret(line);
    } else if (line.startsWith("$ ")) {
      readsInput = false;
      step = {
        section,
        line: at + 1,
        command: line.slice(2),
        input,
        stdout: "",
        stderr: "",
        status: 0,
      };
      input = undefined;
      steps.push(step);
    } else if (line.startsWith("######## ")) {
      section = line.slice("######## ".length);
      step = undefined;
    } else if (line === "# input:") {
      readsInput = true;
      input = "";
      step = undefined;
    } else if (line.startsWith("# ")) {
      step = undefined;
    } else if (step !== undefined) {
      addOutput(step, line);
    }
  }
  // A section begins with an empty line, which is not the output of the command before it.
  for (const each of steps) each.stdout = each.stdout.replace(/^\n$|(?<=\n)\n$/, "");
  return steps;
}

function addOutput(step: Growing, line: string): void {
  const status = line.match(/^\[exit (\d+)\]$/)?.[1];
  if (status !== undefined) step.status = Number(status);
  else if (line.startsWith("[stderr] ")) step.stderr += `${line.slice("[stderr] ".length)}\n`;
  else if (line === "[no newline at end of stdout]") step.stdout = step.stdout.slice(0, -1);
  else step.stdout += `${line}\n`;
}

/** A line of `cat -A`: "$" is the end of a line, "^I" a tab, "^M" a carriage return. */
function uncaret(line: string): string {
  return line
    .replace(/\$$/, "\n")
    .replace(/\^([A-Z])/g, (_all, letter: string) =>
      String.fromCharCode(letter.charCodeAt(0) - 64),
    );
}
