import { deepEqual, equal, ok } from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { controlMessages } from "./control-messages.ts";
import { describeErrno, errno, errnoName } from "./errno.ts";
import { inNamespace, testAddon } from "./namespace.fixture.ts";

const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOL_SOCKET = 1;
const SO_TYPE = 3;
const IPPROTO_IP = 0;
const IP_TTL = 2;
const IP_RECVTTL = 12;
const UV_READABLE = 1;
const UV_WRITABLE = 2;
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

test("a connected socket hears a refusal, and what comes beside data", async () => {
  await inNamespace(() => {
    const native = testAddon();
    const room = new Uint8Array(8);
    const control = new Uint8Array(64).fill(0xff);
    const a = native.socket(AF_INET, SOCK_DGRAM, 0);
    equal(native.getsockopt(a, SOL_SOCKET, SO_TYPE), SOCK_DGRAM);
    equal(native.recvmsg(a, room, 0, undefined, control), -errno.EAGAIN);
    ok(control.every((byte) => byte === 0));
    equal(native.connect(a, loopback(4243)), 0);
    equal(native.sendto(a, Buffer.from("weir"), 0, undefined), 4);
    equal(native.recvmsg(a, room, 0, undefined, control), -errno.ECONNREFUSED);
    const b = native.socket(AF_INET, SOCK_DGRAM, 0);
    equal(native.bind(b, loopback(4243)), 0);
    equal(native.setsockopt(b, IPPROTO_IP, IP_RECVTTL, Uint8Array.of(1, 0, 0, 0)), 0);
    equal(native.sendto(a, Buffer.from("weir"), 0, undefined), 4);
    const from = new Uint8Array(16);
    equal(native.recvmsg(b, room, 0, from, control), 4);
    deepEqual(from.subarray(4, 8), Uint8Array.of(127, 0, 0, 1));
    const [ttl, ...more] = [...controlMessages(control)];
    deepEqual([ttl?.level, ttl?.type, ttl?.data[0], more.length], [IPPROTO_IP, IP_TTL, 64, 0]);
    native.close(a);
    native.close(b);
    equal(native.connect(a, loopback(4243)), -errno.EBADF);
    equal(native.getsockopt(a, SOL_SOCKET, SO_TYPE), -errno.EBADF);
  });
});

test("a poll waits for what it was last told to", async () => {
  const native = testAddon();
  const fd = native.socket(AF_INET, SOCK_DGRAM, 0);
  const ready = Promise.withResolvers<number>();
  const poll = native.pollOpen(fd, UV_READABLE, ready.resolve);
  ok(typeof poll !== "number");
  equal(native.pollChange(poll, UV_WRITABLE), 0);
  equal(await ready.promise, UV_WRITABLE);
  native.pollClose(poll);
  equal(native.pollChange(poll, UV_READABLE), -errno.EBADF);
  native.close(fd);
});

test("a timer is readable from its time on until it is set anew", async () => {
  const native = testAddon();
  const fd = native.timerfd();
  const ready = Promise.withResolvers<bigint>();
  const poll = native.pollOpen(fd, UV_READABLE, () => {
    native.timerfdSettime(fd, 0);
    ready.resolve(process.hrtime.bigint());
  });
  ok(typeof poll !== "number");
  const at = process.hrtime.bigint() + 3_000_000n;
  equal(native.timerfdSettime(fd, Number(at)), 0);
  ok((await ready.promise) >= at);
  native.pollClose(poll);
  native.close(fd);
  equal(native.timerfdSettime(fd, 1), -errno.EBADF);
});

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
