import { resolve } from "node:path";
import { Command } from "commander";
import { success } from "../../base/fault.ts";
import { nameOption, printAnswer } from "../answer.ts";
import { planText } from "./plan-text.ts";

interface Options {
  readonly name: string;
  readonly json?: boolean;
}

const DIFF_HELP = `
Each line says what comes (+), goes (-) or changes (~), in the words of keepalived.conf and ipvsadm,
and behind "!" whom it hurts.

Examples:
  weir diff
  weir diff /etc/keepalived/keepalived.conf.new
`;

const RELOAD_HELP = `
A file with errors changes nothing. SIGHUP to the daemon does the same.

Examples:
  weir reload
  weir reload --json
`;

/** `weir diff [FILE]` */
export function diffCommand(): Command {
  return new Command("diff")
    .description("show what a configuration file would change in the daemon that runs")
    .argument("[file]", "the file (default: the daemon's own, as it is now)")
    .addOption(nameOption())
    .option("--json", "as JSON")
    .addHelpText("after", DIFF_HELP)
    .action((file: string | undefined, { name, json }: Options) =>
      printAnswer("weir diff", name, async (daemon) => {
        const plan = await daemon.plan(file && resolve(file));
        if (!plan.ok) return plan;
        return success(
          json ? `${JSON.stringify(plan.value, undefined, 2)}\n` : planText(plan.value),
        );
      }),
    );
}

/** `weir reload` */
export function reloadCommand(): Command {
  return new Command("reload")
    .description("have the daemon read its configuration file again, and say what that changed")
    .addOption(nameOption())
    .option("--json", "as JSON")
    .addHelpText("after", RELOAD_HELP)
    .action(({ name, json }: Options) =>
      printAnswer("weir reload", name, async (daemon) => {
        const plan = await daemon.reload();
        if (!plan.ok) return plan;
        return success(
          json ? `${JSON.stringify(plan.value, undefined, 2)}\n` : planText(plan.value),
        );
      }),
    );
}
