import { Command } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { checkCommand } from "./check/command.ts";
import { daemonCommand } from "./daemon/command.ts";
import { labCommand } from "./lab/command.ts";
import { markCommand } from "./mark/command.ts";
import { realServerCommand } from "./real-server/command.ts";
import { diffCommand, reloadCommand } from "./reload/command.ts";
import { settingsCommand } from "./settings.ts";
import { simulateCommand } from "./simulate/command.ts";
import { statusCommand } from "./status/command.ts";

const EXAMPLES = `
Examples:
  weir lab up dr
  weir ipvsadm -Ln
`;

/** Every verb but `ipvsadm`, which has a command line of its own. */
export function program(): Command {
  const weir = new Command("weir")
    .description("a layer-4 load balancer: the job of LVS, ipvsadm and keepalived, on XDP")
    .version(packageJson.version)
    .addHelpText("after", EXAMPLES);
  weir.addCommand(daemonCommand());
  weir
    .command("ipvsadm")
    .description("list and change virtual services, with the options of ipvsadm 1.31")
    .allowUnknownOption();
  weir.addCommand(statusCommand());
  weir.addCommand(checkCommand());
  weir.addCommand(diffCommand());
  weir.addCommand(reloadCommand());
  weir.addCommand(settingsCommand());
  weir.addCommand(markCommand());
  weir.addCommand(realServerCommand());
  weir.addCommand(labCommand());
  weir.addCommand(simulateCommand());
  return weir;
}
