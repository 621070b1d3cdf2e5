/**
 * Asks a URL again and again: `node requests.ts ADDRESS PORT`, a new connection every EVERY_MS,
 * whether or not those before have been answered.
 *
 * It writes a line of JSON once the first answer is there. When its standard input ends it waits
 * for no more answers and writes how it went.
 */
import { get } from "node:http";
import { argv, stdin, stdout } from "node:process";

interface Failure {
  readonly why: string;
  /** When it was asked and when it failed, in milliseconds from the first answer. */
  readonly asked: number;
  readonly failed: number;
}

export interface Answers {
  readonly asked: number;
  readonly answered: number;
  /** Each that was refused, reset, or not answered for as long as PATIENCE_MS. */
  readonly failures: readonly Failure[];
  /** The longest time without an answer, from one answer to the next, in milliseconds. */
  readonly longestGap: number;
  /** When it began, in milliseconds from the first answer. */
  readonly gapBegan: number;
  /** Who answered, in the order in which they did so first after another. */
  readonly by: readonly string[];
}

const EVERY_MS = 10;
/** A request that has not been answered by then was lost: its connection is given up. */
const PATIENCE_MS = 1_000;

const [address, port] = argv.slice(2);
const running = new Set<ReturnType<typeof get>>();
let [asked, answered, longestGap, gapBegan] = [0, 0, 0, 0];
const failures: Failure[] = [];
let ending = false;
let first: number | undefined;
let last = 0;
const by: string[] = [];

function now(): number {
  return performance.now();
}

function take(body: string): void {
  const time = now();
  if (first === undefined) {
    first = time;
    stdout.write(`${JSON.stringify({ first: true })}\n`);
  } else if (time - last > longestGap) {
    longestGap = time - last;
    gapBegan = last - first;
  }
  last = time;
  answered++;
  const who = body.trim().replace("from ", "");
  if (!by.includes(who)) by.push(who);
}

function ask(): void {
  asked++;
  const options = { host: address, port: Number(port), agent: false, timeout: PATIENCE_MS };
  const request = get(options, (response) => {
    let body = "";
    response.setEncoding("utf8").on("data", (text) => {
      body += text;
    });
    response.once("end", () => take(body));
  });
  running.add(request);
  request.once("timeout", () => request.destroy(new Error("no answer in time")));
  const began = now();
  request.on("error", ({ message }) => {
    if (ending) return;
    const from = first ?? began;
    failures.push({ why: message, asked: began - from, failed: now() - from });
  });
  request.once("close", () => running.delete(request));
}

const timer = setInterval(ask, EVERY_MS);
stdin.resume().once("end", () => {
  clearInterval(timer);
  ending = true;
  for (const request of running) request.destroy();
  const gap = Math.max(longestGap, first === undefined ? 0 : now() - last);
  if (gap > longestGap) gapBegan = last - (first ?? 0);
  stdout.write(`${JSON.stringify({ asked, answered, failures, longestGap: gap, gapBegan, by })}\n`);
});
