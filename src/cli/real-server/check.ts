import { describeFault, type Result, success } from "../../base/fault.ts";
import { probeArp } from "../../kernel/linux/arp-probe.ts";
import {
  type ArpAnswers,
  describeAnswers,
  examine,
  type Finding,
  type Question,
} from "./examine.ts";
import { examineGateway } from "./examine-gateway.ts";
import { describeTunnel, examineTunnel, tunnelCommand } from "./examine-tunnel.ts";
import type { Method } from "./method.ts";
import { type Observation, observe } from "./observe.ts";
import { observeGateway, observeTunnel } from "./observe-method.ts";
import { readRecord } from "./record.ts";
import { methodOf } from "./remember.ts";
import { isOnLink } from "./vip.ts";

interface Checked {
  readonly method: Method;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/**
 * Prints what is wrong with this host as a real server of the VIP. Answers 0 if nothing is, else 1.
 *
 * The method is the one that the VIP is up with; what is not up is looked at as `asked`, or as for
 * direct routing.
 */
export async function check(
  vip: string,
  only: string | undefined,
  asked: Method | undefined,
  json: boolean,
): Promise<number> {
  const checked = await look(vip, only, asked);
  if (!checked.ok) {
    process.stderr.write(`weir: ${describeFault(checked.fault)}\n`);
    return 1;
  }
  process.stdout.write(json ? asJson(vip, checked.value) : asText(vip, checked.value));
  return checked.value.findings.length === 0 ? 0 : 1;
}

async function look(
  vip: string,
  only: string | undefined,
  asked: Method | undefined,
): Promise<Result<Checked>> {
  const host = await observe();
  if (!host.ok) return host;
  const recorded = readRecord().vips.find(({ address }) => address === vip);
  const method = asked ?? (recorded === undefined ? "dr" : methodOf(recorded));
  if (method === "nat") {
    const state = await observeGateway(host.value, recorded);
    if (!state.ok) return state;
    const findings = [...examineGateway(vip, host.value, state.value)];
    return success({ method, findings, notes: [] });
  }
  const answers = await askWhoHas(host.value, vip, only);
  if (!answers.ok) return answers;
  const up = method === "tun" ? tunnelCommand(vip, recorded?.tunnel) : `weir real-server up ${vip}`;
  const question: Question = { vip, only, answers: answers.value, up };
  const notes = describeAnswers(question);
  if (method === "dr") return success({ method, findings: examine(host.value, question), notes });
  const state = await observeTunnel(host.value, recorded);
  if (!state.ok) return state;
  const tunnel = examineTunnel(vip, state.value, host.value.rpFilter);
  const findings = unique([...tunnel, ...examine(host.value, question)]);
  return success({ method, findings, notes: [...describeTunnel(state.value), ...notes] });
}

/** The reply path is looked at from both sides. */
function unique(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ code, fix }, at) =>
      findings.findIndex((other) => other.code === code && other.fix === fix) === at,
  );
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

function asJson(vip: string, { method, findings, notes }: Checked): string {
  const ok = findings.length === 0;
  return `${JSON.stringify({ vip, method, ok, findings, notes }, null, 2)}\n`;
}

function asText(vip: string, { findings, notes }: Checked): string {
  const lines = findings.flatMap(({ problem, fix }) => [`wrong: ${problem}`, `  mend: ${fix}`]);
  lines.push(...notes.map((note) => `note: ${note}`));
  if (findings.length === 0) lines.push(`${vip}: this host is a real server as it should be`);
  else lines.push(`${vip}: ${findings.length} thing${findings.length === 1 ? "" : "s"} to mend`);
  return `${lines.join("\n")}\n`;
}
