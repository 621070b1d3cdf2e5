import { Command } from "commander";
import { describeFault, type Fault, failure, type Result, success } from "../../base/fault.ts";
import { runInForeground } from "../../kernel/linux/command.ts";
import { takeLabDown } from "./down.ts";
import { enter, hostEnvironment } from "./enter.ts";
import { parseLabName } from "./names.ts";
import { type LabRecord, readLab, recordedLabs } from "./record.ts";
import { describeStatus, labStatus } from "./status.ts";
import { findTopology, KINDS, SWITCH, TOPOLOGIES, type Topology, TUNNELS } from "./topology.ts";
import { tour, whereNext } from "./tour.ts";
import { bringLabUp } from "./up.ts";

const DEFAULT_LAB = "dr";

const DESCRIPTION = [
  "Builds a small network of clients, directors and real servers in namespaces of this machine.",
  "Nothing of it is seen by the machine's own network, and `down` leaves nothing behind. Several" +
    " labs live at once under different names.",
].join("\n\n");

const EXAMPLES = `
Examples:
  weir lab up dr
  weir lab up tun --tunnel gre --ipv6
  weir lab up ha --config keepalived.conf
  weir lab exec client -- curl http://192.168.150.100/`;

interface Options {
  readonly name?: string;
  readonly ipv6?: boolean;
  readonly tunnel?: string;
  readonly config?: string;
  readonly json?: boolean;
}

/** `weir lab up|exec|status|tour|down`. */
export function labCommand(): Command {
  const lab = new Command("lab")
    .summary("build a network to try Weir in, on this machine")
    .description(DESCRIPTION)
    .enablePositionalOptions()
    .addHelpText("after", EXAMPLES);
  add(lab, "up", `bring a lab up: ${KINDS.join(", ")}`)
    .argument("<kind>", "the network to build")
    .option("--ipv6", "with IPv6 addresses alone")
    .option("--tunnel <type>", `tun only: ${TUNNELS.join(", ")} (default: "ipip")`)
    .option("--config <file>", "ha only: the directors' keepalived.conf (default: the lecture's)")
    .action((kind: string, options: Options) => asRoot(() => up(kind, options)));
  add(lab, "exec", "run a command on a host of the lab")
    .usage("[options] <host> -- <command...>")
    .argument("<host>", "client, node01 and so on; switch for what lies between them")
    .argument("<command...>", "the command and its arguments")
    .passThroughOptions()
    .action((host: string, command: string[], { name }: Options) =>
      asRoot(() => exec(name ?? defaultLab(), host, command)),
    );
  add(lab, "status", "name each host, its addresses and its processes; exit 1 unless all is up")
    .option("--json", "print it as JSON")
    .action(({ name, json }: Options) => asRoot(() => status(name ?? defaultLab(), json === true)));
  add(lab, "tour", "show the lab at work").action(({ name }: Options) =>
    asRoot(() => show(name ?? defaultLab())),
  );
  add(lab, "down", "take the lab down, and leave nothing behind").action(({ name }: Options) =>
    asRoot(() => down(name ?? defaultLab())),
  );
  return lab;
}

function add(parent: Command, name: string, description: string): Command {
  return parent
    .command(name)
    .description(description)
    .option("--name <name>", "the lab's own name (default: the one that is up, or its kind)")
    .addHelpText("after", EXAMPLES);
}

async function up(kind: string, options: Options): Promise<Result<number>> {
  const { name: given, ipv6, tunnel, config } = options;
  const found = findTopology(kind, { ipv6: ipv6 === true, tunnel });
  if (!found.ok) return found;
  const topology = found.value;
  if (config !== undefined && topology.elects !== true) {
    const fix = 'only "weir lab up ha" takes one';
    return failure("NO_ELECTION", `The lab "${kind}" has no configuration file`, fix);
  }
  const parsed = parseLabName(given ?? topology.kind);
  if (!parsed.ok) return parsed;
  const name = parsed.value;
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  const tell = (line: string) => say(`${line}\n`);
  const done = await bringLabUp(topology, name, tell, interruption.signal, config);
  if (!done.ok) return done;
  say(`${topology.drawing}\nThe lab "${name}" is up: ${topology.title}.\n`);
  say(`  weir lab tour${name === DEFAULT_LAB ? "" : ` --name ${name}`}\n`);
  say(whereNext(name, topology));
  return success(0);
}

async function exec(name: string, host: string, command: string[]): Promise<Result<number>> {
  const lab = find(name);
  if (!lab.ok) return lab;
  const hosts = [...lab.value.topology.hosts.map((known) => known.name), SWITCH];
  if (!hosts.includes(host)) {
    const fix = `its hosts are ${hosts.join(", ")}`;
    return failure("UNKNOWN_HOST", `The lab "${name}" has no host "${host}"`, fix);
  }
  // Behind an argument the separator is one more argument, and not ours to pass on.
  const words = command[0] === "--" ? command.slice(1) : command;
  const [program, ...args] = enter(name, host, words);
  return runInForeground(program, args, { env: hostEnvironment(name, host) });
}

async function status(name: string, json: boolean): Promise<Result<number>> {
  const lab = find(name);
  if (!lab.ok) return lab;
  const found = await labStatus(lab.value.record);
  say(json ? `${JSON.stringify(found, null, 2)}\n` : describeStatus(found));
  return success(found.state === "up" ? 0 : 1);
}

async function show(name: string): Promise<Result<number>> {
  const lab = find(name);
  if (!lab.ok) return lab;
  const done = await tour(name, lab.value.topology, say);
  return done.ok ? success(0) : done;
}

async function down(name: string): Promise<Result<number>> {
  const parsed = parseLabName(name);
  if (!parsed.ok) return parsed;
  const removed = await takeLabDown(name);
  if (!removed.ok) return removed;
  if (removed.value.length === 0)
    say(`The lab "${name}" is not up: there is nothing to take down\n`);
  else say(`The lab "${name}" is down: removed ${removed.value.join(", ")}\n`);
  return success(0);
}

/** The lab that is meant where none is named: the only one that is up. */
function defaultLab(): string {
  const [only, ...others] = recordedLabs();
  return only !== undefined && others.length === 0 ? only : DEFAULT_LAB;
}

function find(name: string): Result<{ record: LabRecord; topology: Topology }> {
  const parsed = parseLabName(name);
  if (!parsed.ok) return parsed;
  const record = readLab(name);
  const topology = record && TOPOLOGIES.get(record.kind);
  if (record !== undefined && topology !== undefined) return success({ record, topology });
  const others = recordedLabs();
  const fix =
    others.length === 0
      ? 'bring it up with "weir lab up dr"'
      : `the labs that are up: ${others.join(", ")}; choose one with --name`;
  return failure("LAB_DOWN", `The lab "${name}" is not up`, fix);
}

async function asRoot(act: () => Promise<Result<number>>): Promise<void> {
  const needsRoot = failure("NOT_ROOT", "Network namespaces need root", 'run it again with "sudo"');
  const done = process.getuid?.() === 0 ? await act() : needsRoot;
  process.exitCode = done.ok ? done.value : complain(done.fault);
}

function complain(fault: Fault): number {
  process.stderr.write(`weir: ${describeFault(fault)}\n`);
  return 1;
}

function say(text: string): void {
  process.stdout.write(text);
}
