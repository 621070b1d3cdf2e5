import { deepEqual, equal, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { describeErrno, errno, errnoName } from "./errno.ts";
import { inNamespace, testAddon } from "./namespace.fixture.ts";

const AF_INET = 2;
const SOCK_DGRAM = 2;
const UV_READABLE = 1;
const ADDON = JSON.stringify(new URL("addon.ts", import.meta.url));
const OPEN_POLL = `
  const { addon } = await import(${ADDON});
  const native = addon().value;
  const fd = native.socket(${AF_INET}, ${SOCK_DGRAM}, 0);
  globalThis.poll = native.pollOpen(fd, ${UV_READABLE}, () => {});
`;

/** struct sockaddr_in of ip(7). */
function loopback(port: number): Uint8Array {
  return Uint8Array.of(AF_INET, 0, port >> 8, port & 0xff, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
}

test("a socket is bound, written to, polled and read, and its failures are errnos", async () => {
  await inNamespace(talkToItself);
});

async function talkToItself(): Promise<void> {
  const native = testAddon();
  const fd = native.socket(AF_INET, SOCK_DGRAM, 0);
  ok(fd >= 0);
  const room = new Uint8Array(8);
  equal(native.recvfrom(fd, room, 0, undefined), -errno.EAGAIN);
  const ready = Promise.withResolvers<number>();
  const poll = native.pollOpen(fd, UV_READABLE, ready.resolve);
  ok(typeof poll !== "number");
  const port = 4242;
  equal(native.bind(fd, loopback(port)), 0);
  equal(native.sendto(fd, Buffer.from("weir"), 0, loopback(port)), 4);
  equal(await ready.promise, UV_READABLE);
  const from = new Uint8Array(16);
  equal(native.recvfrom(fd, room, 0, from), 4);
  equal(Buffer.from(room.subarray(0, 4)).toString(), "weir");
  deepEqual(from.subarray(0, 8), loopback(port).subarray(0, 8));
  native.pollClose(poll);
  native.pollClose(poll);
  equal(native.close(fd), 0);
  equal(native.close(fd), -errno.EBADF);
}

test("an argument of the wrong type throws", () => {
  const native = testAddon() as unknown as { close(fd: string): number };
  let thrown: unknown;
  try {
    native.close("3");
  } catch (error) {
    thrown = error;
  }
  ok(thrown instanceof TypeError);
});

test("an exception in a poll's callback is an uncaught one, not a lost one", async () => {
  const script = `
    const { addon } = await import(${ADDON});
    const native = addon().value;
    const fd = native.socket(${AF_INET}, ${SOCK_DGRAM}, 0);
    native.pollOpen(fd, 2, () => { throw new Error("from the callback"); });
    process.on("uncaughtException", (error) => { console.log(error.message); process.exit(7); });
  `;
  equal(await exitCode(script), 7);
});

test("a poll that is let go does not keep the process alive", async () => {
  equal(await exitCode(`${OPEN_POLL} native.pollUnref(poll);`), 0);
});

test("a worker that ends with an open poll ends cleanly", async () => {
  const worker = new Worker(`(async () => { ${OPEN_POLL} process.exit(5); })();`, { eval: true });
  const code = await new Promise((resolve) => worker.once("exit", resolve));
  equal(code, 5);
});

test("errnos have their names", () => {
  equal(errnoName(-errno.EPERM), "EPERM");
  equal(describeErrno(-errno.EOPNOTSUPP), "EOPNOTSUPP, operation not supported");
  equal(errnoName(-errno.ENOBUFS), "ENOBUFS");
  equal(describeErrno(-4000), "errno 4000");
});

async function exitCode(script: string): Promise<number> {
  const words = ["--input-type=module", "--eval", script];
  const run = promisify(execFile)(process.execPath, words, { timeout: 30_000 });
  return run.then(
    () => 0,
    (error: { code: number }) => error.code,
  );
}
