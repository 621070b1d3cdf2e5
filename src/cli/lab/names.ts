import { fileURLToPath } from "node:url";
import { failure, type Result, success } from "../../base/fault.ts";
import { SOCKET_FOLDER } from "../../daemon/api/socket-path.ts";
import { SWITCH, TOPOLOGIES } from "./topology.ts";

/** The checkout that this program runs from. */
export const CHECKOUT = fileURLToPath(new URL("../../../", import.meta.url));
export const WEIR = `${CHECKOUT}weir`;
export const IPVSADM = `${CHECKOUT}bin/ipvsadm`;

const NAMESPACES = "/run/netns";
export const LAB_FOLDER = `${SOCKET_FOLDER}/lab`;

/**
 * A lab's name becomes part of namespaces, sockets and pins: no dot, since a BPF file system takes
 * none, and short enough for the path of a socket (unix(7): 108 bytes).
 */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** Faults: BAD_LAB_NAME. */
export function parseLabName(text: string): Result<string> {
  if (NAME.test(text)) return success(text);
  const rule = "use at most 32 lower-case letters, digits and hyphens";
  return failure("BAD_LAB_NAME", `"${text}" cannot be the name of a lab`, rule);
}

/** Network namespace of a host of the lab: "weir-dr-node01". */
export function namespaceOf(lab: string, host: string): string {
  return `weir-${lab}-${host}`;
}

export function namespacePath(lab: string, host: string): string {
  return `${NAMESPACES}/${namespaceOf(lab, host)}`;
}

/** The name by which a host's daemon and its clients know each other. */
export function daemonName(lab: string, host: string): string {
  return `lab-${lab}-${host}`;
}

export function socketPath(lab: string, host: string): string {
  return `${SOCKET_FOLDER}/${daemonName(lab, host)}.sock`;
}

/** Folder of the pinned program and tables of a host's daemon. */
export function pinsPath(lab: string, host: string): string {
  return `/sys/fs/bpf/weir/${daemonName(lab, host)}`;
}

/** What a process of the lab wrote. No lab's name has a dot, so that no two labs share a file. */
export function logPath(lab: string, host: string, job: string): string {
  return `${LAB_FOLDER}/${lab}.${host}.${job}.log`;
}

export function passObjectPath(lab: string): string {
  return `${LAB_FOLDER}/${lab}.pass.o`;
}

/**
 * Every host that a lab of any kind may have, the switch too: what a lab left behind is found by
 * these names even where its record is lost, and a lab "a" never takes down what belongs to a lab
 * "a-b".
 */
export function everyHostName(): string[] {
  const names = [...TOPOLOGIES.values()].flatMap(({ hosts }) => hosts.map(({ name }) => name));
  return [...new Set([...names, SWITCH])];
}
