import { parseArgs } from "node:util";
import { describeFault } from "../../src/base/fault.ts";
import { type Progress, runCampaign } from "./campaign.ts";
import { withRoutes } from "./routes.ts";

/**
 * `npm run parity -- --seed S --packets N`: a campaign of any length. Exit code 1 on a difference.
 */

const USAGE = "usage: npm run parity -- [--seed NUMBER] [--packets NUMBER]";
const PROGRESS_INTERVAL = 1_000_000_000n;

interface Order {
  readonly seed: number;
  readonly packets: number;
}

/** Undefined when the arguments make no sense. */
function readOrder(): Order | undefined {
  try {
    const { values } = parseArgs({
      options: { seed: { type: "string" }, packets: { type: "string", default: "1000000" } },
    });
    const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
    const packets = Number(values.packets);
    const sensible = Number.isSafeInteger(seed) && seed >= 0 && packets > 0;
    return sensible ? { seed, packets } : undefined;
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const order = readOrder();
  if (order === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return 2;
  }
  let shown = 0n;
  const onProgress = (progress: Progress) => {
    if (progress.elapsed - shown < PROGRESS_INTERVAL) return;
    shown = progress.elapsed;
    const rate = Math.round((progress.packets * 1e9) / Number(progress.elapsed));
    const counts = `${progress.packets} packets, ${progress.scenarios} scenarios`;
    process.stderr.write(`${counts}, ${rate} packets/s\n`);
  };
  const report = await withRoutes((routes) => runCampaign({ ...order, routes, onProgress }));
  if (!report.ok) {
    process.stderr.write(`parity not run: ${describeFault(report.fault)}\n`);
    return 2;
  }
  const { difference, reasons, ...counts } = report.value;
  if (difference !== undefined) process.stdout.write(`${difference}\n`);
  const seen = [...reasons].map(([reason, count]) => `${reason} ${count}`).join(", ");
  const word = difference === undefined ? "alike" : "DIFFERENT";
  process.stdout.write(`seed ${order.seed}, ${counts.packets} packets ${word}: ${seen}\n`);
  return difference === undefined ? 0 : 1;
}

process.exitCode = await main();
