import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { enter } from "../../../src/cli/lab/enter.ts";
import type { Answers } from "./requests.ts";

const REQUESTS = fileURLToPath(new URL("requests.ts", import.meta.url));

/** The client of a lab while it asks every ten milliseconds. */
export interface Requester {
  /** Ends it, and tells how it went. */
  stop(): Promise<Answers>;
}

/** Starts to ask, and comes back with the first answer. Taking the lab down ends it too. */
export async function requestAgainAndAgain(
  lab: string,
  address: string,
  port: number,
): Promise<Requester> {
  const script = [process.execPath, REQUESTS, address, String(port)];
  const [program, ...args] = enter(lab, "client", script);
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the client ended without a word");
    return JSON.parse(value) as unknown;
  };
  await next();
  return {
    stop: () => {
      child.stdin.end();
      return next() as Promise<Answers>;
    },
  };
}
