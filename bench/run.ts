/**
 * `make bench`: measures what the README states. docs/bench.md says how, and what a figure means.
 */
import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { describeFault, failure, type Result, success } from "../src/base/fault.ts";
import { type FailoverFigures, failoverFigures } from "./failover/figures.ts";
import { measureFailover } from "./failover/measure.ts";
import { describeFailover } from "./failover/report.ts";
import { type HealthFigures, healthFigures } from "./health/figures.ts";
import { measureHealth } from "./health/measure.ts";
import { describeHealth } from "./health/report.ts";
import { Interruption } from "./interruption.ts";
import { type JitterFigures, jitterFigures } from "./jitter/figures.ts";
import { measureJitter } from "./jitter/measure.ts";
import { describeJitter } from "./jitter/report.ts";
import { describeMachine, type MachineFacts, machineFacts } from "./machine.ts";
import { packetCases } from "./packets/cases.ts";
import { type PacketFigures, packetFigures } from "./packets/figures.ts";
import { describeFlood, FLOOD, type FloodFigures, measureFlood } from "./packets/flood.ts";
import { measurePackets } from "./packets/measure.ts";
import { describePackets } from "./packets/report.ts";
import { type RequestFigures, requestFigures } from "./requests/figures.ts";
import { measureRequests, type RequestSamples } from "./requests/measure.ts";
import { describeRequests } from "./requests/report.ts";
import { type ScaleFigures, type ScaleTimes, scaleFigures } from "./scale/figures.ts";
import { measureScale } from "./scale/measure.ts";
import { describeScale } from "./scale/report.ts";
import { measureRing } from "./scale/ring.ts";

const PARTS = ["packets", "requests", "scale", "health", "jitter", "failover"] as const;
type Part = (typeof PARTS)[number];

interface Options {
  readonly only?: Part;
  readonly quick?: true;
  readonly json?: string;
}

/** What `--json` writes. */
interface Figures {
  readonly machine: MachineFacts;
  packets?: readonly PacketFigures[];
  flood?: FloodFigures;
  requests?: { readonly figures: readonly RequestFigures[] } & RequestSamples;
  health?: HealthFigures;
  jitter?: readonly JitterFigures[];
  failover?: readonly FailoverFigures[];
  scale?: { readonly figures: readonly ScaleFigures[] } & ScaleTimes;
}

const RINGS = 51;
const SCALE = { services: 10_000, edits: 5, requests: 50 };
const HEALTH = { servers: 2000 };
const JITTER = { servers: 2000 };
const THOROUGH = {
  packetRounds: 9,
  repeats: 2 ** 20,
  requestRounds: 7,
  seconds: 2,
  scale: { ...SCALE, rounds: 7 },
  health: { ...HEALTH, rounds: 5, seconds: 10 },
  jitter: { ...JITTER, rounds: 3, seconds: 20 },
  failover: { rounds: 5 },
};
const QUICK = {
  packetRounds: 3,
  repeats: 2 ** 20,
  requestRounds: 1,
  seconds: 1,
  scale: { ...SCALE, rounds: 1 },
  health: { ...HEALTH, rounds: 1, seconds: 3 },
  jitter: { ...JITTER, rounds: 1, seconds: 5 },
  failover: { rounds: 1 },
};

async function bench(options: Options, interruption: Interruption): Promise<Result<void>> {
  if (process.getuid?.() !== 0) {
    return failure("NOT_ROOT", "BPF programs and namespaces need root", 'run it with "sudo"');
  }
  const plan = options.quick ? QUICK : THOROUGH;
  const parts = options.only === undefined ? PARTS : [options.only];
  const figures: Figures = { machine: machineFacts() };
  print(describeMachine(figures.machine));
  if (parts.includes("packets")) {
    const cases = packetCases(plan.repeats);
    const measured = await measurePackets(cases, plan.packetRounds, say, interruption.signal);
    if (!measured.ok) return measured;
    figures.packets = measured.value.map(packetFigures);
    print(describePackets(figures.packets, plan.packetRounds));
    const flooded = await measureFlood(FLOOD, say, interruption.signal);
    if (!flooded.ok) return flooded;
    figures.flood = flooded.value;
    print(describeFlood(flooded.value));
  }
  if (parts.includes("requests")) {
    const rounds = { rounds: plan.requestRounds, seconds: plan.seconds };
    const measured = await measureRequests(rounds, say, interruption.signal);
    if (!measured.ok) return measured;
    figures.requests = { figures: requestFigures(measured.value), ...measured.value };
    print(describeRequests(figures.requests.figures, measured.value, plan.requestRounds));
  }
  if (parts.includes("scale")) {
    const measured = await measureScale(plan.scale, say, interruption.signal);
    if (!measured.ok) return measured;
    const rings = measureRing(RINGS, interruption.signal);
    if (!rings.ok) return rings;
    const times = { samples: measured.value, rings: rings.value };
    figures.scale = { figures: scaleFigures(times), ...times };
    print(describeScale(figures.scale.figures, plan.scale));
  }
  if (parts.includes("health")) {
    const measured = await measureHealth(plan.health, say, interruption.signal);
    if (!measured.ok) return measured;
    figures.health = healthFigures(measured.value);
    print(describeHealth(figures.health, plan.health));
  }
  if (parts.includes("jitter")) {
    const measured = await measureJitter(plan.jitter, say, interruption.signal);
    if (!measured.ok) return measured;
    figures.jitter = jitterFigures(measured.value);
    print(describeJitter(figures.jitter, measured.value, plan.jitter));
  }
  if (parts.includes("failover")) {
    const measured = await measureFailover(plan.failover, say, interruption.signal);
    if (!measured.ok) return measured;
    figures.failover = failoverFigures(measured.value);
    print(describeFailover(figures.failover, plan.failover));
  }
  return options.json === undefined ? success(undefined) : writeJson(options.json, figures);
}

function writeJson(path: string, figures: Figures): Result<void> {
  try {
    writeFileSync(path, `${JSON.stringify(figures, null, 2)}\n`);
    return success(undefined);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return failure("FILE_REFUSED", `Cannot write "${path}": ${because}`);
  }
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join("\n").trimEnd()}\n\n`);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

const interruption = new Interruption();
await new Command("bench")
  .description("measures Weir: ns a packet, requests beside nginx and haproxy, many rules")
  .addOption(new Option("--only <part>", "one part of it").choices(PARTS))
  .option("--quick", "few rounds: shows that it works, and little more")
  .option("--json <file>", "write all figures, those of each round too")
  .action(async (options: Options) => {
    const done = await bench(options, interruption);
    if (done.ok) return;
    say(`bench: ${describeFault(done.fault)}`);
    process.exitCode = interruption.exitCode ?? 1;
  })
  .parseAsync();
