import { Command } from "commander";
import { describeFault, type Result } from "../../base/fault.ts";
import { check } from "./check.ts";
import { takeDown } from "./down.ts";
import { bringUp } from "./up.ts";
import { parseVip } from "./vip.ts";

const DESCRIPTION = [
  "Makes this host a real server of a VIP, checks that it is one, or undoes it.",
  "A real server of direct routing or tunnelling holds the VIP on its loopback interface and" +
    " keeps silent about it in ARP: arp_ignore is 1 and arp_announce is 2. `up` sets both before" +
    " it adds the address, and `down` puts back what was there before. Several VIPs may be up" +
    " at once. Nothing of it outlives a reboot: run `up` when the host starts.",
].join("\n\n");

const EXAMPLES = `
Examples:
  weir real-server up --vip 192.168.150.100
  weir real-server check --vip 192.168.150.100 --json`;

interface Options {
  readonly vip: string;
  readonly interface?: string;
  readonly json?: boolean;
}

/** `weir real-server up|check|down`. */
export function realServerCommand(): Command {
  const command = new Command("real-server")
    .description(DESCRIPTION)
    .summary("make this host a real server of a VIP")
    .addHelpText("after", EXAMPLES);
  add(command, "up", "set the ARP parameters and add the VIP to lo")
    .option("--interface <name>", "hide the VIP on this interface only, not on all of them")
    .action(({ vip, interface: only }: Options) =>
      finish(vip, async (address) => print(await bringUp(address, only), `${address} is up`)),
    );
  add(command, "check", "say what is wrong, and the command that mends it; exit 1 if anything is")
    .option("--interface <name>", "look at this interface only")
    .option("--json", "print the findings as JSON")
    .action(({ vip, interface: only, json }: Options) =>
      finish(vip, (address) => check(address, only, json === true)),
    );
  add(command, "down", "remove the VIP and restore what was there before").action(
    ({ vip }: Options) =>
      finish(vip, async (address) => print(await takeDown(address), `${address} is down`)),
  );
  return command;
}

function add(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .requiredOption("--vip <address>", "the virtual address, IPv4 or IPv6, without a prefix")
    .addHelpText("after", EXAMPLES);
}

async function finish(vip: string, act: (address: string) => Promise<number>): Promise<void> {
  const address = parseVip(vip);
  if (!address.ok) process.exitCode = complain(address.fault);
  else if (process.getuid?.() !== 0) {
    process.exitCode = complain({
      message: "Only root may change or see all of a host's addresses and parameters",
      fix: 'run it again with "sudo"',
    });
  } else process.exitCode = await act(address.value);
}

function print(result: Result<string[]>, last: string): number {
  if (!result.ok) return complain(result.fault);
  for (const line of result.value) process.stdout.write(`${line}\n`);
  process.stdout.write(`${last}${result.value.length === 0 ? " already" : ""}\n`);
  return 0;
}

function complain(fault: { readonly message: string; readonly fix?: string }): number {
  process.stderr.write(`weir: ${describeFault({ code: "", ...fault })}\n`);
  return 1;
}
