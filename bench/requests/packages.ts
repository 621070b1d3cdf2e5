import { existsSync, rmSync, writeFileSync } from "node:fs";
import { type Result, success } from "../../src/base/fault.ts";
import { run } from "../../src/kernel/linux/command.ts";

/** The programs that Weir is compared with, the client's load, and the packages they come in. */
export const NGINX = "/usr/sbin/nginx";
export const NGINX_STREAM = "/usr/lib/nginx/modules/ngx_stream_module.so";
export const HAPROXY = "/usr/sbin/haproxy";
export const WRK = "/usr/bin/wrk";

const PACKAGES: Readonly<Record<string, string>> = {
  [NGINX]: "nginx-light",
  [NGINX_STREAM]: "libnginx-mod-stream",
  [HAPROXY]: "haproxy",
  [WRK]: "wrk",
};

/** What invoke-rc.d(8) asks before it starts a service of a package: 101 forbids it. */
const POLICY = "/usr/sbin/policy-rc.d";
const POLICY_TEXT = "#!/bin/sh\nexit 101\n";

const INSTALL_MS = 600_000;

/**
 * Installs what is missing. None of it is started as a service, neither now nor by the next boot.
 *
 * Faults: COMMAND_MISSING where this is no Debian; COMMAND_FAILED.
 */
export async function installMissing(say: (line: string) => void): Promise<Result<void>> {
  const missing = Object.keys(PACKAGES).filter((path) => !existsSync(path));
  if (missing.length === 0) return success(undefined);
  const packages = [...new Set(missing.map((path) => PACKAGES[path]!))];
  say(`requests: installs ${packages.join(", ")}`);
  const policy = forbidServices();
  try {
    const updated = await aptGet(["update"]);
    if (!updated.ok) return updated;
    const installed = await aptGet(["install", "--yes", "--no-install-recommends", ...packages]);
    if (!installed.ok) return installed;
  } finally {
    if (policy) rmSync(POLICY, { force: true });
  }
  return disableServices(packages);
}

/** A policy that the machine has already is its owner's, and stays. */
function forbidServices(): boolean {
  if (existsSync(POLICY)) return false;
  writeFileSync(POLICY, POLICY_TEXT, { mode: 0o755 });
  return true;
}

async function disableServices(packages: readonly string[]): Promise<Result<void>> {
  if (!existsSync("/run/systemd/system")) return success(undefined);
  for (const [package_, service] of [
    ["nginx-light", "nginx"],
    ["haproxy", "haproxy"],
  ] as const) {
    if (!packages.includes(package_)) continue;
    const disabled = await run("systemctl", ["disable", "--now", service]);
    if (!disabled.ok) return disabled;
  }
  return success(undefined);
}

async function aptGet(args: readonly string[]): Promise<Result<void>> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const done = await run("apt-get", args, { env, timeout: INSTALL_MS });
  return done.ok ? success(undefined) : done;
}
