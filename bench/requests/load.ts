import { failure, type Result, success } from "../../src/base/fault.ts";
import { enter } from "../../src/cli/lab/enter.ts";
import { run } from "../../src/kernel/linux/command.ts";
import { WRK } from "./packages.ts";

export type Connections = "close" | "keep-alive";

export interface Load {
  readonly requests: number;
  readonly seconds: number;
  /** Connections that failed and answers other than 200. */
  readonly errors: number;
}

const CLIENTS = 32;

/**
 * Requests from the client of the lab for some seconds, by as many connections at once as CLIENTS:
 * each request on a new one, or all on the same ones.
 *
 * Faults: COMMAND_FAILED, LOAD_STRANGE.
 */
export async function requestFor(
  lab: string,
  url: string,
  connections: Connections,
  seconds: number,
): Promise<Result<Load>> {
  const header = connections === "close" ? ["-H", "Connection: close"] : [];
  const options = ["-t", "1", "-c", String(CLIENTS), "-d", `${seconds}s`, ...header];
  const [program, ...args] = enter(lab, "client", [WRK, ...options, url]);
  const ended = await run(program, args);
  return ended.ok ? readLoad(ended.value) : ended;
}

/**
 * What wrk prints: "12345 requests in 2.00s, 3.1MB read", and lines of errors where there are any.
 */
export function readLoad(text: string): Result<Load> {
  const sum = /(\d+) requests in ([\d.]+)(us|ms|s|m)/.exec(text);
  if (sum === null) return failure("LOAD_STRANGE", `wrk did not say what it did: ${text}`);
  const socket = /connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(text)?.slice(1) ?? [];
  const status = /Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? "0";
  const unit = { us: 1e-6, ms: 1e-3, s: 1, m: 60 }[sum[3] as "us" | "ms" | "s" | "m"];
  return success({
    requests: Number(sum[1]),
    seconds: Number(sum[2]) * unit,
    errors: [...socket, status].reduce((total, count) => total + Number(count), 0),
  });
}
