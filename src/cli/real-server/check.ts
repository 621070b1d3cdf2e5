import { describeFault, type Result, success } from "../../base/fault.ts";
import { probeArp } from "../../kernel/linux/arp-probe.ts";
import {
  type ArpAnswers,
  describeAnswers,
  examine,
  type Finding,
  type Question,
} from "./examine.ts";
import { type Observation, observe } from "./observe.ts";
import { isOnLink } from "./vip.ts";

/**
 * Prints what is wrong with this host as a real server of the VIP. Answers 0 if nothing is, else 1.
 */
export async function check(vip: string, only: string | undefined, json: boolean): Promise<number> {
  const host = await observe();
  if (!host.ok) {
    process.stderr.write(`weir: ${describeFault(host.fault)}\n`);
    return 1;
  }
  const answers = await askWhoHas(host.value, vip, only);
  if (!answers.ok) {
    process.stderr.write(`weir: ${describeFault(answers.fault)}\n`);
    return 1;
  }
  const question: Question = { vip, only, answers: answers.value };
  const findings = examine(host.value, question);
  const notes = describeAnswers(question);
  process.stdout.write(json ? asJson(vip, findings, notes) : asText(vip, findings, notes));
  return findings.length === 0 ? 0 : 1;
}

/**
 * Asks the segments on which the VIP's director must be: those whose network the VIP belongs to. A
 * host does not hear its own answer, so that one holder is heard here when all is well.
 */
async function askWhoHas(
  host: Observation,
  vip: string,
  only: string | undefined,
): Promise<Result<ArpAnswers[]>> {
  const answers: ArpAnswers[] = [];
  for (const link of host.interfaces) {
    if (!link.ethernet || !link.up || (only !== undefined && link.name !== only)) continue;
    // On this interface the VIP is an address of the host itself, which is a finding already.
    if (link.addresses.some(({ address }) => address === vip)) continue;
    if (!link.addresses.some((own) => own.family === 4 && isOnLink(own, vip))) continue;
    const macs = await probeArp(link, vip);
    if (!macs.ok) return macs;
    answers.push({ link: link.name, macs: macs.value });
  }
  return success(answers);
}

function asJson(vip: string, findings: readonly Finding[], notes: readonly string[]): string {
  return `${JSON.stringify({ vip, ok: findings.length === 0, findings, notes }, null, 2)}\n`;
}

function asText(vip: string, findings: readonly Finding[], notes: readonly string[]): string {
  const lines = findings.flatMap(({ problem, fix }) => [`wrong: ${problem}`, `  mend: ${fix}`]);
  lines.push(...notes.map((note) => `note: ${note}`));
  if (findings.length === 0) lines.push(`${vip}: this host is a real server as it should be`);
  else lines.push(`${vip}: ${findings.length} thing${findings.length === 1 ? "" : "s"} to mend`);
  return `${lines.join("\n")}\n`;
}
