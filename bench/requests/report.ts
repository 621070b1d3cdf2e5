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
    "OF DIRECT",
    "CPU µs",
    "OF DIRECT",
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
    figures.processCpu.toFixed(1),
    String(figures.errors),
  ]);
  const right = Array.from({ length: head.length - 2 }, () => "right" as const);
  return [
    `HTTP requests in the lab's network: medians of ${rounds} interleaved rounds, two real servers`,
    "",
    ...textTable([head, ...rows], ["left", "left", ...right]),
    "",
    "CPU is that of the whole machine for each request: client, servers, network and balancer, since",
    "the kernel's part of a balancer cannot be told from the others' on one machine. OWN is that of",
    "the balancer's processes; Weir's XDP program runs in the kernel, and the table of packets times it.",
    `Between rounds ${median(idle).toFixed(2)} CPUs were busy with other things.`,
  ];
}
