import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { failure, type Result, success } from "../../src/base/fault.ts";
import { IPVSADM } from "../../src/cli/lab/names.ts";

interface Timed {
  /** From the start of the process to its end. */
  readonly milliseconds: number;
  readonly output: string;
}

/**
 * Runs `ipvsadm` as a script does: its input comes from one file, its output goes into another.
 *
 * Faults: COMMAND_FAILED.
 */
export async function timeIpvsadm(
  daemon: string,
  args: readonly string[],
  files: { readonly input: string; readonly output: string },
): Promise<Result<Timed>> {
  const [input, output] = [openSync(files.input, "r"), openSync(files.output, "w+")];
  const env = { ...process.env, WEIR_NAME: daemon };
  const started = performance.now();
  const status = await new Promise<string>((resolve) => {
    const child = spawn(IPVSADM, args, { env, stdio: [input, output, output] });
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(String(code ?? signal)));
  });
  const milliseconds = performance.now() - started;
  closeSync(input);
  closeSync(output);
  const text = readFileSync(files.output, "utf8");
  if (status === "0") return success({ milliseconds, output: text });
  const said = text.trim().slice(0, 500);
  return failure("COMMAND_FAILED", `"ipvsadm ${args.join(" ")}" ended with ${status}: ${said}`);
}
