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

/** The name of this network namespace, by which pins of programs are told apart. */
export function namespaceName(): string {
  return networkNamespaceOf("self") ?? "unknown";
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
