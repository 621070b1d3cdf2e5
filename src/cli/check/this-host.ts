import { readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import type { GlobalSettings } from "../../config/configuration.ts";
import type { Host } from "../../config/lint/host.ts";
import { LinuxScripts } from "../../kernel/linux/script/scripts.ts";

/** This host, as a configuration with these settings would find it now. */
export function thisHost({ scriptUser }: GlobalSettings): Host {
  // Who runs a program decides whether others may change it, so that is asked in any case.
  const scripts = new LinuxScripts({ security: true, ...(scriptUser ?? { user: "root" }) });
  return {
    interfaces: interfacesOfHost(),
    check: (script) => scripts.check(script),
  };
}

function interfacesOfHost(): ReadonlyMap<string, readonly string[]> {
  const addresses = networkInterfaces();
  return new Map(
    interfaceNames().map((name) => [
      name,
      (addresses[name] ?? []).flatMap(({ cidr }) => (cidr === null ? [] : [cidr])),
    ]),
  );
}

/** All of them, those without addresses too; sysfs(5). */
function interfaceNames(): readonly string[] {
  try {
    return readdirSync("/sys/class/net").sort();
  } catch {
    return [];
  }
}
