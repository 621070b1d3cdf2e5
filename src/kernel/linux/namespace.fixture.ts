import { execFileSync, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { assert } from "../../base/assert.ts";
import { type Addon, addon } from "./addon.ts";

const CLONE_NEWNET = 0x40000000;

/** For tests: the addon, or the reason why there is none as the failure of the test. */
export function testAddon(): Addon {
  const native = addon();
  if (!native.ok) throw new Error(native.fault.message);
  return native.value;
}

/**
 * Runs `body` with this thread in a network namespace of its own, with the loopback device up.
 *
 * Nothing can stay behind: the namespace has no name and is held by a `cat` that ends with the pipe
 * from this process, however this process ends.
 */
export async function inNamespace(body: () => void | Promise<void>): Promise<void> {
  const native = testAddon();
  const holder = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => holder.once("close", resolve));
  await new Promise((resolve) => holder.stdout.once("data", resolve));
  const home = openSync("/proc/self/ns/net", "r");
  const away = openSync(`/proc/${holder.pid}/ns/net`, "r");
  try {
    assert(native.setns(away, CLONE_NEWNET) === 0, "a test that may enter a namespace");
    ip("link", "set", "lo", "up");
    await body();
  } finally {
    native.setns(home, CLONE_NEWNET);
    closeSync(home);
    closeSync(away);
    holder.stdin.end();
    await ended;
  }
}

/** Runs ip(8) in the namespace that this thread is in. */
export function ip(...words: string[]): string {
  return execFileSync("ip", words, { encoding: "utf8" });
}

/** Runs many commands of ip(8) at once. */
export function ipBatch(commands: readonly string[]): void {
  execFileSync("ip", ["-batch", "-"], { input: commands.join("\n") });
}

/** The index of an interface of the namespace that this thread is in. */
export function indexOf(name: string): number {
  return Number(ip("-o", "link", "show", "dev", name).split(":")[0]);
}
