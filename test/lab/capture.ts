import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { enter } from "../../src/cli/lab/enter.ts";
import { until } from "./lab.ts";

/** A tcpdump on an interface: one line a packet, with MAC addresses and without names. */
export interface Capture {
  /** What it has seen so far. */
  lines(): string[];
  /** Ends the capture and answers its lines. */
  stop(): Promise<string[]>;
}

/**
 * Starts a capture, and comes back when it sees packets. What a director forwards never reaches the
 * taps of its own interface: it is seen on the switch, at the port that has the director's name.
 */
export async function capture(
  lab: string,
  host: string,
  link: string,
  ...filter: string[]
): Promise<Capture> {
  // -S: sequence numbers as they are, so that a packet has one text wherever it is seen.
  // -U and --immediate-mode: a packet is written when it is seen, so that none is lost at the end.
  const options = ["--immediate-mode", "-U", "-l", "-t", "-e", "-n", "-S", "-i", link];
  const [program, ...args] = enter(lab, host, ["tcpdump", ...options, ...filter]);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  await listening(child);
  const lines = () =>
    output
      .split("\n")
      .slice(0, -1)
      .filter((line) => line !== "");
  return {
    lines,
    stop: async () => {
      child.kill("SIGINT");
      await once(child, "close");
      return lines();
    },
  };
}

/** Ends a capture once it has seen a line like this: tcpdump reads a little behind what happens. */
export async function stopAt(capture: Capture, wanted: RegExp): Promise<string[]> {
  await until(`${wanted} is captured`, async () =>
    capture.lines().some((line) => wanted.test(line)),
  );
  return capture.stop();
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      said += text;
      if (said.includes("listening on")) resolve();
    });
    child.once("error", reject);
    child.once("close", () => reject(new Error(`tcpdump ended: ${said}`)));
  });
}
