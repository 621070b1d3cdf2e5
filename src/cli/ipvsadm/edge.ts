import { describeFault } from "../../base/fault.ts";
import { DirectorClient } from "../../daemon/api/client.ts";
import { DEFAULT_NAME, socketPath } from "../../daemon/api/socket-path.ts";
import { ipvsadm } from "./ipvsadm.ts";
import { systemResolver } from "./system-resolver.ts";

/** Runs `ipvsadm` for a person at a terminal: real streams, real names, the daemon of WEIR_NAME. */
export async function ipvsadmMain(args: readonly string[]): Promise<number> {
  const path = socketPath(process.env.WEIR_NAME ?? DEFAULT_NAME);
  if (!path.ok) {
    process.stderr.write(`ipvsadm: ${describeFault(path.fault)}\n`);
    return 1;
  }
  const io = {
    stdin: { [Symbol.asyncIterator]: standardInputLines },
    stdout: (text: string) => void process.stdout.write(text),
    stderr: (text: string) => void process.stderr.write(text),
    isRoot: process.getuid?.() === 0,
    resolver: systemResolver(),
  };
  return ipvsadm(args, io, new DirectorClient(path.value));
}

/** Opened only when it is read: a pipe that nobody writes to must not hold the command up. */
async function* standardInputLines(): AsyncGenerator<string> {
  let rest = "";
  for await (const part of process.stdin.setEncoding("utf8")) {
    const lines = `${rest}${part}`.split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}
