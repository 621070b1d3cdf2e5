import { textTable } from "../../src/base/text-table.ts";
import { BYTES_TARGET } from "./cases.ts";
import { REAL_SERVERS } from "./director.ts";
import { bytesMet, describeReasons, type PacketFigures } from "./figures.ts";
import { describeCase } from "./measure.ts";

/** The lines that a person reads. A missed target says so. */
export function describePackets(all: readonly PacketFigures[], rounds: number): string[] {
  return [
    `ns a packet above the empty program: ${rounds} interleaved rounds,`,
    `1 service, rr, ${REAL_SERVERS} real servers, tables written by the publisher`,
    "",
    ...timeTable(all),
    "",
    "Bytes of both halves of the connection table for each flow that is tracked",
    "",
    ...roomTable(all),
    "",
    ...all.filter(({ allForwarded }) => !allForwarded).map(describeStray),
  ];
}

function timeTable(all: readonly PacketFigures[]): string[] {
  const head = [
    "WAY",
    "TABLE",
    "CASE",
    "CONNECTIONS",
    "MEDIAN",
    "MIN",
    "KERNEL",
    "RIG",
    "TARGET",
    "",
  ];
  const rows = all.map((figures) => [
    wayOf(figures),
    figures.case.table,
    figures.case.name,
    String(figures.slots),
    figures.median.toFixed(1),
    figures.minimum.toFixed(1),
    figures.kernelMedian.toFixed(0),
    figures.rig.toFixed(1),
    figures.case.target === undefined ? "" : `≤ ${figures.case.target}`,
    figures.met === undefined ? "" : verdict(figures.met),
  ]);
  const right = (columns: number) => Array.from({ length: columns }, () => "right" as const);
  return textTable([head, ...rows], ["left", "left", "left", ...right(6)]);
}

function roomTable(all: readonly PacketFigures[]): string[] {
  const head = ["WAY", "TABLE", "CASE", "FULL", "TRACKED", "UNTRACKED", "BYTES", "TARGET", ""];
  const rows = all
    // A table of the least size for one flow says nothing about the bytes of a flow.
    .filter((figures) => figures.case.flows > 1)
    .map((figures) => [
      wayOf(figures),
      figures.case.table,
      figures.case.name,
      `${((100 * figures.tracked) / figures.slots).toFixed(1)} %`,
      String(figures.tracked),
      String(figures.untracked),
      figures.bytesAFlow.toFixed(2),
      ...(figures.case.table === "design load"
        ? [`≤ ${BYTES_TARGET}`, verdict(bytesMet(figures))]
        : ["", "more room than flows"]),
    ]);
  const right = (columns: number) => Array.from({ length: columns }, () => "right" as const);
  return textTable([head, ...rows], ["left", "left", "left", ...right(5)]);
}

/** A packet that took another way was not timed on the one that is meant. */
function describeStray(figures: PacketFigures): string {
  const where = describeCase(figures.case);
  return `Not every packet was forwarded: ${where}: ${describeReasons(figures.reasons)}`;
}

function wayOf({ case: { method, family } }: PacketFigures): string {
  return `${method.toUpperCase()} IPv${family}`;
}

function verdict(met: boolean): string {
  return met ? "met" : "missed";
}
