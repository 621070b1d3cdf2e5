import { Command } from "commander";
import { describeFault } from "../base/fault.ts";
import { DirectorClient } from "../daemon/api/client.ts";
import type { Status } from "../daemon/api/schema.ts";
import { DEFAULT_NAME, socketPath } from "../daemon/api/socket-path.ts";
import { describeReason, REASONS } from "../datapath/reason.ts";

const EXAMPLES = `
Examples:
  weir status
  weir status --json
`;

export function statusCommand(): Command {
  return new Command("status")
    .description("say how the daemon and its data path are, and what became of the packets")
    .option("--name <name>", "which daemon", process.env.WEIR_NAME ?? DEFAULT_NAME)
    .option("--json", "as JSON")
    .addHelpText("after", EXAMPLES)
    .action(async (options: { name: string; json?: boolean }) => {
      const path = socketPath(options.name);
      const status = path.ok ? await new DirectorClient(path.value).status() : path;
      if (!status.ok) {
        process.stderr.write(`weir status: ${describeFault(status.fault)}\n`);
        process.exit(1);
      }
      const text = options.json ? JSON.stringify(status.value) : describeStatus(status.value);
      process.stdout.write(`${text}\n`);
    });
}

function describeStatus(status: Status): string {
  const lines = [`Daemon "${status.name}", process ${status.pid}`];
  for (const { name, mode, because } of status.interfaces) {
    const reason = because === undefined ? "" : `, because ${because}`;
    lines.push(`  ${name}: XDP in ${mode} mode${reason}`);
  }
  const { live, capacity } = status.connections;
  lines.push(`  ${live} connections, room for ${capacity}`, "Packets that …");
  for (const reason of REASONS) {
    const count = status.reasons[reason] ?? "0";
    if (count !== "0") lines.push(`  ${count.padStart(12)}  ${describeReason(reason)}`);
  }
  return lines.join("\n");
}
