import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { captureOf } from "../../simulator/capture.ts";
import type { Entry } from "../../simulator/entry.ts";
import { SCENARIOS, type Scenario } from "../../simulator/scenario.ts";
import { Transcript } from "../../simulator/transcript.ts";
import { tryPlan } from "../../simulator/trial.ts";
import { describeViolation, type Violation } from "../../simulator/violation.ts";
import { encodePcapng } from "../../wire/pcapng.ts";

const EXAMPLES = `
Examples:
  weir simulate
  weir simulate lecture-2 --pcapng lecture-2.pcapng
`;

interface Options {
  readonly seed: number;
  readonly json?: boolean;
  readonly pcapng?: string;
}

export function simulateCommand(): Command {
  return new Command("simulate")
    .description("carry out a scenario with the daemon's elections on a network in memory")
    .argument("[scenario]", "its name; without it, a list of all")
    .option("--seed <number>", "what chance decides: delays and the order of things", parseSeed, 1)
    .option("--pcapng <file>", "write the frames to a capture file")
    .option("--json", "as JSON")
    .addHelpText("after", EXAMPLES)
    .action((name: string | undefined, options: Options) => {
      if (name === undefined) {
        process.stdout.write(options.json ? `${JSON.stringify(summaries())}\n` : listing());
        return;
      }
      const scenario = SCENARIOS.find((known) => known.name === name);
      if (scenario === undefined) {
        const known = SCENARIOS.map((one) => one.name).join(", ");
        process.stderr.write(`weir simulate: there is no scenario "${name}": take ${known}\n`);
        process.exitCode = 2;
        return;
      }
      simulate(scenario, options);
    });
}

function simulate({ name, story, plan }: Scenario, { seed, json, pcapng }: Options): void {
  const hosts = plan.hosts.map((host) => host.name);
  const transcript = new Transcript(hosts);
  const entries: Entry[] = [];
  const violations = tryPlan(plan, seed, (entry) => {
    transcript.hear(entry);
    entries.push(entry);
  });
  if (pcapng !== undefined && !writeCapture(pcapng, hosts, entries)) return;
  if (json) {
    process.stdout.write(`${JSON.stringify({ scenario: name, seed, entries, violations }, hex)}\n`);
  } else {
    process.stdout.write(`${story}\n\n${transcript.text(plan.duration)}\n${verdict(violations)}\n`);
  }
  if (violations.length > 0) process.exitCode = 1;
}

function writeCapture(file: string, hosts: readonly string[], entries: readonly Entry[]): boolean {
  try {
    writeFileSync(file, encodePcapng(captureOf(hosts, entries)));
    return true;
  } catch (error) {
    process.stderr.write(`weir simulate: cannot write ${file}: ${(error as Error).message}\n`);
    process.exitCode = 1;
    return false;
  }
}

function verdict(violations: readonly Violation[]): string {
  if (violations.length === 0) return "At no instant did two hold that could hear each other.";
  return violations.map((violation) => `VIOLATION at ${describeViolation(violation)}`).join("\n");
}

function summaries(): Pick<Scenario, "name" | "summary">[] {
  return SCENARIOS.map(({ name, summary }) => ({ name, summary }));
}

function listing(): string {
  const width = Math.max(...SCENARIOS.map(({ name }) => name.length));
  return SCENARIOS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`).join("");
}

/** Bytes as hexadecimal text. */
function hex(_key: string, value: unknown): unknown {
  if (!(value instanceof Uint8Array)) return value;
  return Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw new InvalidArgumentError(`${text} is no whole number from 0 to 2^53 - 1`);
}
