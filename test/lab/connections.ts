import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { enter } from "../../src/cli/lab/enter.ts";
import type { Answered, Connected } from "./client.ts";

const CLIENT = fileURLToPath(new URL("client.ts", import.meta.url));

/** Connections that the client of a lab holds open. */
export interface Connections {
  /** The client's own ports, once every connection is established. */
  readonly ports: Promise<readonly number[]>;
  /** Sends one request on each, and answers who answered, in the order of `ports`. */
  ask(): Promise<readonly string[]>;
  /** Closes them from the client's side. */
  close(): Promise<void>;
  /** Ends the client without a word to anybody. */
  kill(): void;
}

export function openConnections(lab: string, vip: string, port: number, count = 1): Connections {
  const script = [process.execPath, CLIENT, vip, String(port), String(count)];
  const [program, ...args] = enter(lab, "client", script);
  const child = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <T>(): Promise<T> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the client ended without an answer");
    return JSON.parse(value) as T;
  };
  const ports = next<Connected>().then(({ connected }) => connected);
  // Whoever waits for the ports hears of a client that ended; nobody has to.
  ports.catch(() => undefined);
  return {
    ports,
    ask: async () => {
      child.stdin.write("ask\n");
      return (await next<Answered>()).answered;
    },
    close: async () => {
      // "close" would wait for output that nobody reads any more.
      const closed = once(child, "exit");
      child.stdin.end("close\n");
      await closed;
    },
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}
