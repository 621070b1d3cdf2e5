import { equal, match } from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readlinkSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { enterNetworkNamespace } from "./namespace.ts";

const MODULE = JSON.stringify(new URL("namespace.ts", import.meta.url));
const SCRIPT = `
  import { readlinkSync, readdirSync } from "node:fs";
  const { enterNetworkNamespace } = await import(${MODULE});
  const entered = enterNetworkNamespace(process.env.NETNS);
  const threads = readdirSync("/proc/self/task");
  const seen = new Set(threads.map((id) => readlinkSync("/proc/self/task/" + id + "/ns/net")));
  console.log(entered.ok, process.pid, ...seen);
`;

test("every thread of the process is in the namespace, and the process keeps its id", async () => {
  const holder = spawn("unshare", ["--net", "sh", "-c", "echo ready; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    await new Promise((resolve) => holder.stdout.once("data", resolve));
    const path = `/proc/${holder.pid}/ns/net`;
    const environment = { ...process.env, NETNS: path };
    const words = [
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "--eval",
      SCRIPT,
    ];
    const child = promisify(execFile)(process.execPath, words, {
      env: environment,
      timeout: 30_000,
    });
    const { stdout } = await child;
    equal(stdout.trim(), `true ${child.child.pid} ${readlinkSync(path)}`);
  } finally {
    holder.stdin.end();
  }
});

test("a namespace that is not there is named", () => {
  const entered = enterNetworkNamespace("/run/netns/weir-no-such");
  equal(entered.ok ? "" : entered.fault.code, "NETNS_MISSING");
  match(entered.ok ? "" : entered.fault.message, /weir-no-such/);
});
