import { Command } from "commander";
import { describeFault, failure, type Result } from "../../base/fault.ts";
import { check } from "./check.ts";
import { takeDown } from "./down.ts";
import { METHODS, parseSetup, type SetupWords } from "./method.ts";
import { bringUp } from "./up.ts";
import { parseVip } from "./vip.ts";

const DESCRIPTION = [
  "Makes this host a real server of a VIP, checks that it is one, or undoes it.",
  "A real server of direct routing or tunnelling holds the VIP on its loopback interface and" +
    " keeps silent about it in ARP: arp_ignore is 1 and arp_announce is 2. `up` sets both before" +
    " it adds the address, and `down` puts back what was there before.",
  "With --method tun packets of the directors are taken out of IP in IP, GRE and, on --port, GUE" +
    " by an XDP program, on the interface that leads to the directors. With --method nat the VIP" +
    " must not be here, and what is answered goes by way of the director.",
  "Several VIPs may be up at once. Nothing of it outlives a reboot: run `up` when the host starts.",
].join("\n\n");

const EXAMPLES = `
Examples:
  weir real-server up 192.168.150.100 --method tun --director 192.168.150.10
  weir real-server check 192.168.150.100 --json`;

interface Options extends SetupWords {
  readonly vip?: string;
  readonly json?: boolean;
}

/** `weir real-server up|check|down`. */
export function realServerCommand(): Command {
  const command = new Command("real-server")
    .description(DESCRIPTION)
    .summary("make this host a real server of a VIP")
    .addHelpText("after", EXAMPLES);
  add(command, "up", "make this host a real server of the VIP")
    .option("--method <method>", "dr (direct routing), tun (tunnels) or nat", "dr")
    .option("--director <address...>", "tun: where tunnels come from; nat: the gateway")
    .option("--port <number>", "tun: take GUE on this UDP port too")
    .option("--route <network...>", "nat: reach these by the director, not everything")
    .option("--interface <name>", "dr: hide the VIP on this one only; tun, nat: go by this one")
    .action((vip: string | undefined, options: Options) => finish(vip, options, up));
  add(command, "check", "say what is wrong, and the command that mends it; exit 1 if anything is")
    .option("--method <method>", "look at it so, where the VIP is not up")
    .option("--interface <name>", "look at this interface only")
    .option("--json", "print the findings as JSON")
    .action((vip: string | undefined, options: Options) => finish(vip, options, look));
  add(command, "down", "undo what up has done, and restore what was there before").action(
    (vip: string | undefined, options: Options) =>
      finish(vip, options, async (address) => print(await takeDown(address), `${address} is down`)),
  );
  return command;
}

function add(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .argument("[vip]", "the virtual address, IPv4 or IPv6, without a prefix")
    .option("--vip <address>", "the same, as an option")
    .addHelpText("after", EXAMPLES);
}

async function up(vip: string, options: Options): Promise<number> {
  const setup = parseSetup(vip, options);
  if (!setup.ok) return complain(setup.fault);
  return print(await bringUp(vip, setup.value), `${vip} is up`);
}

async function look(vip: string, { method, interface: only, json }: Options): Promise<number> {
  const asked = METHODS.find((name) => name === method);
  if (method !== undefined && asked === undefined) {
    const message = `There is no method "${method}"`;
    return complain({ message, fix: `take ${METHODS.join(", ")}` });
  }
  return check(vip, only, asked, json === true);
}

async function finish(
  word: string | undefined,
  options: Options,
  act: (address: string, options: Options) => Promise<number>,
): Promise<void> {
  const address = oneVip(word, options.vip);
  if (!address.ok) process.exitCode = complain(address.fault);
  else if (process.getuid?.() !== 0) {
    process.exitCode = complain({
      message: "Only root may change or see all of a host's addresses and parameters",
      fix: 'run it again with "sudo"',
    });
  } else process.exitCode = await act(address.value, options);
}

function oneVip(word: string | undefined, option: string | undefined): Result<string> {
  const text = word ?? option;
  const fix = "give the virtual address once, as `weir real-server check 192.168.150.100`";
  if (text === undefined) return failure("NO_VIP", "There is no VIP to go by", fix);
  if (word !== undefined && option !== undefined && word !== option) {
    return failure("TWO_VIPS", `There are two VIPs, "${word}" and "${option}"`, fix);
  }
  return parseVip(text);
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
