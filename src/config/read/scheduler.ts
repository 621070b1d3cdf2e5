import type { ServiceOptions } from "../../state/rule.ts";
import type { Word } from "../tree.ts";
import { type Block, has, lastOf, statementsOf } from "./block.ts";
import type { Findings } from "./findings.ts";

/** IPVS's schedulers that keepalived.conf(5) names for lvs_sched. */
const SCHEDULERS: readonly string[] = [
  ...["rr", "wrr", "lc", "wlc", "lblc", "lblcr", "dh"],
  ...["sh", "mh", "sed", "nq", "fo", "ovf", "twos"],
];

const SCHEDULER = ["lb_algo", "lvs_sched"];

/** Bits of ipvsadm -b, with the scheduler that gives them a meaning; "" for any. */
const FLAGS: Readonly<Record<string, { readonly bit: number; readonly scheduler: string }>> = {
  "flag-1": { bit: 1, scheduler: "" },
  "flag-2": { bit: 2, scheduler: "" },
  "flag-3": { bit: 4, scheduler: "" },
  "sh-fallback": { bit: 1, scheduler: "sh" },
  "sh-port": { bit: 2, scheduler: "sh" },
  "mh-fallback": { bit: 1, scheduler: "mh" },
  "mh-port": { bit: 2, scheduler: "mh" },
};

/** lvs_sched with its flags: wlc where there is none, or one that IPVS has not. */
export function readScheduler(
  block: Block,
  title: string,
  word: Word,
  findings: Findings,
): Pick<ServiceOptions, "scheduler" | "schedulerFlags"> {
  const scheduler =
    lastOf(block, SCHEDULER, ({ arguments: [name] }) =>
      SCHEDULERS.find((known) => known === name?.text),
    ) ?? "wlc";
  if (!has(block, SCHEDULER)) {
    findings.warn(
      "SCHEDULER_MISSING",
      word,
      `virtual_server ${title} has no scheduler.`,
      `Add a line \`lvs_sched NAME\`; without one it is ${scheduler}.`,
    );
  }
  let schedulerFlags = 0;
  for (const { keyword } of statementsOf(block, Object.keys(FLAGS))) {
    const flag = FLAGS[keyword.text]!;
    if (flag.scheduler === "" || flag.scheduler === scheduler) schedulerFlags |= flag.bit;
    else {
      findings.warn(
        "SCHEDULER_FLAG",
        keyword,
        `${keyword.text} is for ${flag.scheduler}, and virtual_server ${title} has ${scheduler}.`,
        `Take it out, or use \`lvs_sched ${flag.scheduler}\`; until then it does not count.`,
      );
    }
  }
  return { scheduler, schedulerFlags };
}
