import { readdirSync } from "node:fs";
import { readPrivateJson, removePath, writePrivateJson } from "../../kernel/linux/private-file.ts";
import type { ProcessId } from "../../kernel/linux/process.ts";
import { LAB_FOLDER } from "./names.ts";

/** What is known of a lab between one command and the next. */
export interface LabRecord {
  readonly name: string;
  /** Key of TOPOLOGIES. */
  readonly kind: string;
  readonly processes: readonly LabProcess[];
}

export interface LabProcess extends ProcessId {
  readonly host: string;
  readonly job: Job;
}

export type Job = "daemon" | "http";

function recordPath(lab: string): string {
  return `${LAB_FOLDER}/${lab}.json`;
}

export function readLab(lab: string): LabRecord | undefined {
  const found = readPrivateJson(recordPath(lab));
  return isLabRecord(found) ? found : undefined;
}

export function writeLab(record: LabRecord): void {
  writePrivateJson(recordPath(record.name), record);
}

/** Adds a process, in the place of an earlier one that had its job. */
export function rememberProcess(record: LabRecord, process: LabProcess): LabRecord {
  const others = record.processes.filter(
    ({ host, job }) => host !== process.host || job !== process.job,
  );
  return { ...record, processes: [...others, process] };
}

export function processOf(record: LabRecord, host: string, job: Job): LabProcess | undefined {
  return record.processes.find((process) => process.host === host && process.job === job);
}

/** Removes the record and every other file of the lab. */
export function removeLabFiles(lab: string): boolean {
  const files = labFiles().filter((file) => file.startsWith(`${lab}.`));
  for (const file of files) removePath(`${LAB_FOLDER}/${file}`);
  return files.length > 0;
}

/** The names of all labs that have a record. */
export function recordedLabs(): string[] {
  return labFiles().flatMap((file) => /^([^.]+)\.json$/.exec(file)?.[1] ?? []);
}

function labFiles(): string[] {
  try {
    return readdirSync(LAB_FOLDER);
  } catch {
    return [];
  }
}

function isLabRecord(value: unknown): value is LabRecord {
  if (typeof value !== "object" || value === null) return false;
  const { name, kind, processes } = value as Partial<LabRecord>;
  return typeof name === "string" && typeof kind === "string" && Array.isArray(processes);
}
