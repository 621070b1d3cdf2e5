import { Command } from "commander";
import { success } from "../../base/fault.ts";
import { nameOption, printAnswer } from "../answer.ts";
import { statusText } from "./text.ts";

const EXAMPLES = `
Examples:
  weir status
  weir status --json
`;

export function statusCommand(): Command {
  return new Command("status")
    .description("say how the daemon, its elections and its data path are")
    .addOption(nameOption())
    .option("--json", "as JSON")
    .addHelpText("after", EXAMPLES)
    .action(({ name, json }: { readonly name: string; readonly json?: boolean }) =>
      printAnswer("weir status", name, async (daemon) => {
        const status = await daemon.status();
        if (!status.ok) return status;
        const instances = await daemon.instances();
        if (!instances.ok) return instances;
        const all = { ...status.value, instances: instances.value };
        return success(
          json
            ? `${JSON.stringify(all, undefined, 2)}\n`
            : statusText(status.value, instances.value),
        );
      }),
    );
}
