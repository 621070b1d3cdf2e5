/**
 * `node asking.ts ADDRESS PORT SECONDS`: opens a connection every two milliseconds, whether or not
 * those before were answered. It writes "answered" when the first one is, and after so many seconds
 * as JSON how it went.
 */
import { connect, type Socket } from "node:net";

export interface Asked {
  readonly asked: number;
  readonly answered: number;
  /** The longest time without an answer, from one to the next or to the end, in milliseconds. */
  readonly gap: number;
}

const EVERY_MS = 2;
/** Before TCP sends a SYN again: an answer to the second one would hide how long there was none. */
const PATIENCE_MS = 400;

const [address, port, seconds] = process.argv.slice(2);
const waiting = new Set<Socket>();
let [asked, answered, gap, last] = [0, 0, 0, 0];

function take(): void {
  const now = performance.now();
  if (answered === 0) process.stdout.write("answered\n");
  else gap = Math.max(gap, now - last);
  last = now;
  answered++;
}

function ask(): void {
  asked++;
  const socket = connect({ host: address!, port: Number(port) });
  waiting.add(socket);
  const patience = setTimeout(() => socket.destroy(), PATIENCE_MS);
  socket.once("connect", () => {
    take();
    socket.resetAndDestroy();
  });
  // Refused or unreachable: not answered, which is what is counted.
  socket.on("error", () => undefined);
  socket.once("close", () => {
    clearTimeout(patience);
    waiting.delete(socket);
  });
}

const asking = setInterval(ask, EVERY_MS);
setTimeout(() => {
  clearInterval(asking);
  const whole = Math.max(gap, performance.now() - last);
  process.stdout.write(JSON.stringify({ asked, answered, gap: whole } satisfies Asked));
  for (const socket of waiting) socket.destroy();
}, Number(seconds) * 1000);
