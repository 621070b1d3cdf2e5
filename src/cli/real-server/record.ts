import { readFileSync } from "node:fs";
import {
  readPrivateJson,
  removeEmptyFolder,
  removePath,
  writePrivateJson,
} from "../../kernel/linux/private-file.ts";
import { networkNamespaceOf } from "../../kernel/linux/process.ts";
import type { Method } from "./method.ts";

/** What `up` changed in one network namespace, so that `down` undoes exactly that. */
export interface RealServerRecord {
  /** The boot in which it was written: none of it outlives the kernel. */
  readonly boot: string;
  readonly vips: readonly RecordedVip[];
  readonly sysctls: readonly RecordedSysctl[];
  readonly routes?: readonly RecordedRoute[];
}

export interface RecordedVip {
  readonly address: string;
  /** Whether the address was there before `up`, and is therefore not ours to remove. */
  readonly found: boolean;
  /** Absent for "dr". */
  readonly method?: Method;
  readonly tunnel?: RecordedTunnel;
  readonly gateway?: RecordedGateway;
}

/** Of tun: what the decapsulating program was told, and where it is attached. */
export interface RecordedTunnel {
  readonly directors: readonly string[];
  readonly guePort: number;
  readonly links: readonly string[];
}

/** Of nat: what is to be reached by the director. */
export interface RecordedGateway {
  readonly director: string;
  readonly networks: readonly string[];
}

/** A route that `up` has put in the place of others. */
export interface RecordedRoute {
  /** "default" or a network, as `ip route` takes it. */
  readonly network: string;
  readonly via: string;
  /** The routes to it that were there before, a line of `ip route` each. */
  readonly before: readonly string[];
}

export interface RecordedSysctl {
  /** Below /proc/sys/net, for example "ipv4/conf/all/arp_ignore". */
  readonly path: string;
  readonly before: number;
  readonly set: number;
}

export const REAL_SERVER_FOLDER = "/run/weir/real-server";

/** Where the record of a network namespace is kept, by the inode that names it. */
export function recordPath(namespace: string): string {
  return `${REAL_SERVER_FOLDER}/${namespace}.json`;
}

export function emptyRecord(): RealServerRecord {
  return { boot: bootId(), vips: [], sysctls: [] };
}

/** The record of this process's network namespace; an empty one where there is none. */
export function readRecord(): RealServerRecord {
  const found = readPrivateJson(ownPath());
  return isRecord(found) && found.boot === bootId() ? found : emptyRecord();
}

/** Keeps the record, or removes the file where nothing is left to undo. */
export function writeRecord(record: RealServerRecord): void {
  const { vips, sysctls, routes = [] } = record;
  if (vips.length + sysctls.length + routes.length > 0) writePrivateJson(ownPath(), record);
  else {
    removePath(ownPath());
    removeEmptyFolder(REAL_SERVER_FOLDER);
  }
}

/**
 * The kernel gives the inode of a namespace that is gone to a later one. A record none of whose
 * changes is to be seen here was written in that earlier namespace, and is not about this one.
 */
export function isAboutThisNamespace(
  record: RealServerRecord,
  vipsHere: readonly string[],
  readValue: (path: string) => number | undefined,
): boolean {
  return (
    record.vips.some(({ address }) => vipsHere.includes(address)) ||
    record.sysctls.some(({ path, before, set }) => before !== set && readValue(path) === set)
  );
}

/** Remembers a value that is about to be set; what was there first is what will be restored. */
export function rememberSysctl(record: RealServerRecord, sysctl: RecordedSysctl): RealServerRecord {
  const earlier = record.sysctls.find(({ path }) => path === sysctl.path);
  const others = record.sysctls.filter(({ path }) => path !== sysctl.path);
  return {
    ...record,
    sysctls: [...others, { ...sysctl, before: earlier?.before ?? sysctl.before }],
  };
}

/** What was found before the VIP was first up stays so; the rest is as it is asked for now. */
export function rememberVip(record: RealServerRecord, vip: RecordedVip): RealServerRecord {
  const earlier = record.vips.find(({ address }) => address === vip.address);
  const others = record.vips.filter((other) => other !== earlier);
  return { ...record, vips: [...others, { ...vip, found: earlier?.found ?? vip.found }] };
}

/** As with parameters: what was there first is what will be restored. */
export function rememberRoute(record: RealServerRecord, route: RecordedRoute): RealServerRecord {
  const routes = record.routes ?? [];
  const earlier = routes.find(({ network }) => network === route.network);
  const others = routes.filter((other) => other !== earlier);
  const remembered = { ...route, before: earlier?.before ?? route.before };
  return { ...record, routes: [...others, remembered] };
}

/** The name of this network namespace, by which pins of programs are told apart. */
export function namespaceName(): string {
  return networkNamespaceOf("self") ?? "unknown";
}

export function forgetVip(record: RealServerRecord, address: string): RealServerRecord {
  return { ...record, vips: record.vips.filter((vip) => vip.address !== address) };
}

function ownPath(): string {
  return recordPath(namespaceName());
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
}

function isRecord(value: unknown): value is RealServerRecord {
  if (typeof value !== "object" || value === null) return false;
  const { boot, vips, sysctls } = value as Partial<RealServerRecord>;
  return typeof boot === "string" && Array.isArray(vips) && Array.isArray(sysctls);
}
