import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { failure, type Result, success } from "../../base/fault.ts";

/**
 * Kernel parameters under /proc/sys/net, which are those of the caller's own network namespace: the
 * kernel looks them up by the task that opens them (net/sysctl_net.c, net_ctl_header_lookup()), so
 * entering a namespace is enough to see and set its values.
 */
const ROOT = "/proc/sys/net";

/** A parameter of one interface, or of "all" and "default": net.ipv4.conf.INTERFACE.NAME. */
export function ipv4Conf(link: string, name: string): string {
  return `ipv4/conf/${link}/${name}`;
}

/** The interfaces that have IPv4 parameters, without "all" and "default". */
export function ipv4Interfaces(): string[] {
  const names = readdirSync(`${ROOT}/ipv4/conf`);
  return names.filter((name) => name !== "all" && name !== "default");
}

/** Faults: SYSCTL_MISSING. */
export function readSysctl(path: string): Result<number> {
  try {
    return success(Number(readFileSync(`${ROOT}/${path}`, "latin1").trim()));
  } catch {
    return failure("SYSCTL_MISSING", `This kernel has no parameter ${sysctlName(path)}`);
  }
}

/** Faults: SYSCTL_REFUSED. */
export function writeSysctl(path: string, value: number): Result<void> {
  try {
    writeFileSync(`${ROOT}/${path}`, `${value}\n`);
    return success(undefined);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    const name = sysctlName(path);
    return failure("SYSCTL_REFUSED", `The kernel refused ${name} = ${value}: ${because}`);
  }
}

/**
 * The name as sysctl(8) takes it, with slashes: "net/ipv4/conf/eth0.100/arp_ignore" is not
 * ambiguous where "net.ipv4.conf.eth0.100.arp_ignore" would be.
 */
export function sysctlName(path: string): string {
  const full = `net/${path}`;
  return full.includes(".") ? full : full.replaceAll("/", ".");
}
