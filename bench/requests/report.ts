import { textTable } from "../../src/base/text-table.ts";
import { median } from "../statistics.ts";
import type { RequestFigures } from "./figures.ts";
import type { RequestSamples } from "./measure.ts";

const NAMES = {
  direct: "direct, one server",
  weir: "Weir, DR",
  nginx: "nginx stream",
  haproxy: "haproxy tcp",
} as const;

/** The lines that a person reads. */
export function describeRequests(
  all: readonly RequestFigures[],
  { idle }: RequestSamples,
  rounds: number,
): string[] {
  const head = [
    "",
    "CONNECTIONS",
    "REQUESTS/S",
    "RATIO",
    "MACHINE µs",
    "RATIO",
    "PARTIES µs",
    "RATIO",
    "OWN µs",
    "ERRORS",
  ];
  const rows = all.map((figures) => [
    NAMES[figures.balancer],
    figures.connections === "close" ? "new each" : "kept",
    figures.requestsASecond.toFixed(0),
    figures.requestsRatio.toFixed(2),
    figures.machineCpu.toFixed(1),
    figures.machineRatio.toFixed(2),
    figures.partyCpu.toFixed(1),
    figures.partyRatio.toFixed(2),
    figures.processCpu.toFixed(1),
    String(figures.errors),
  ]);
  const right = Array.from({ length: head.length - 2 }, () => "right" as const);
  return [
    `HTTP requests in the lab's network: medians of ${rounds} interleaved rounds, two real servers`,
    "",
    ...textTable([head, ...rows], ["left", "left", ...right]),
    "",
    "RATIO: to direct in the same round. The others: CPU time for each request.",
    "MACHINE: of everything that ran meanwhile, strangers too. One machine cannot tell the",
    "kernel's part of a balancer from that of the others.",
    "PARTIES: of the processes of client, servers and balancer, with the packets that the kernel",
    "moved in their time. OWN: of the balancer's processes. Weir's program runs in the kernel, in",
    "the time of whoever sends: the table of packets times it.",
    `Between rounds ${median(idle).toFixed(2)} CPUs were busy with other things.`,
  ];
}
