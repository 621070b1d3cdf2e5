import { type Result, success } from "../../base/fault.ts";
import { run } from "../../kernel/linux/command.ts";
import { type Interface, readInterfaces } from "../../kernel/linux/interface.ts";
import { ipv4Conf, ipv4Interfaces, readSysctl } from "../../kernel/linux/sysctl.ts";
import type { ArpValues } from "./arp-policy.ts";

/** What this host says of itself, as far as it bears on a VIP. */
export interface Observation {
  readonly interfaces: readonly Interface[];
  /** Values of net.ipv4.conf.*.NAME by parameter. */
  readonly arpIgnore: ArpValues;
  readonly arpAnnounce: ArpValues;
  readonly rpFilter: ArpValues;
  /** The interface of the IPv4 default route; undefined where there is none. */
  readonly defaultLink: string | undefined;
  /** Local addresses of sockets that wait for clients: "0.0.0.0:80", "[::]:80", "*:80". */
  readonly listeners: readonly string[];
}

/** Faults: those of `ip` and `ss`. */
export async function observe(): Promise<Result<Observation>> {
  const interfaces = await readInterfaces();
  if (!interfaces.ok) return interfaces;
  const route = await run("ip", ["-json", "-4", "route", "show", "default"]);
  if (!route.ok) return route;
  const sockets = await run("ss", ["-Hltun"]);
  if (!sockets.ok) return sockets;
  return success({
    interfaces: interfaces.value,
    arpIgnore: readValues("arp_ignore"),
    arpAnnounce: readValues("arp_announce"),
    rpFilter: readValues("rp_filter"),
    defaultLink: (JSON.parse(route.value || "[]") as { dev?: string }[])[0]?.dev,
    listeners: parseListeners(sockets.value),
  });
}

/** The values of one parameter of net.ipv4.conf, without those of `lo`, where no ARP passes. */
export function readValues(parameter: string): ArpValues {
  const read = (link: string) => {
    const value = readSysctl(ipv4Conf(link, parameter));
    return value.ok ? value.value : 0;
  };
  const links = ipv4Interfaces().filter((link) => link !== "lo");
  return { all: read("all"), interfaces: new Map(links.map((link) => [link, read(link)])) };
}

/** The fifth column of `ss -Hltun`: netid, state, two queues, local address, peer address. */
export function parseListeners(output: string): string[] {
  return output.split("\n").flatMap((line) => line.trim().split(/\s+/)[4] ?? []);
}
