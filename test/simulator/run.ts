import { parseArgs } from "node:util";
import { describeFinding, explore } from "./explore.ts";

/** `npm run explore -- --seed S --runs N` */
const { values } = parseArgs({
  options: { seed: { type: "string", default: "1" }, runs: { type: "string", default: "5000" } },
});
const seed = Number(values.seed);
const runs = Number(values.runs);
const finding = explore(seed, runs);
if (finding === undefined) {
  process.stdout.write(`${runs} runs from seed ${seed}: nothing was violated.\n`);
} else {
  process.stdout.write(`${describeFinding(finding)}\n`);
  process.exitCode = 1;
}
