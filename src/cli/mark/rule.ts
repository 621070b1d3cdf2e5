import { type Command, InvalidArgumentError, Option } from "commander";
import type { ListedMark, MarkRequest, Ports } from "../../daemon/api/configuration.ts";

/** The options of `weir mark add`, and the lines of `weir mark save` that are made of them. */
interface RuleOptions {
  readonly from?: string;
  readonly to?: string;
  readonly family?: "4" | "6";
  readonly protocol?: "tcp" | "udp";
  readonly sourcePort?: Ports[];
  readonly port?: Ports[];
  readonly interface?: string;
}

/** A command that takes a rule's words. */
export function withRuleOptions(command: Command): Command {
  return command
    .argument("<mark>", "the number that ipvsadm -f names; 0 for no mark", parseMark)
    .option("--from <addresses>", "of these clients: 10.0.0.0/8 (default: all)")
    .option("--to <addresses>", "to these addresses: 192.168.150.100 (default: all)")
    .addOption(
      new Option("--family <family>", "without addresses: IPv4 or IPv6 alone").choices(["4", "6"]),
    )
    .addOption(new Option("--protocol <protocol>", "default: both").choices(["tcp", "udp"]))
    .option("--source-port <ports>", "the client's port: 1024-65535", parsePorts)
    .option("--port <ports>", "the port it asks for: 80,443,8000-8100", parsePorts)
    .option("--interface <name>", "coming in here");
}

export function ruleOf(mark: number, options: RuleOptions): MarkRequest {
  const { from, to, family, protocol, sourcePort, port, interface: name } = options;
  return {
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(family === undefined ? {} : { family: family === "4" ? 4 : 6 }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(sourcePort === undefined ? {} : { sourcePorts: sourcePort }),
    ...(port === undefined ? {} : { ports: port }),
    ...(name === undefined ? {} : { interface: name }),
    mark,
  };
}

/** The words that make a rule again. */
export function wordsOf(rule: ListedMark): string[] {
  const { family, protocol, interface: name, mark } = rule;
  const [from, to] = [shortBlock(rule.from), shortBlock(rule.to)];
  const [sourcePorts, ports] = [shortPorts(rule.sourcePorts), shortPorts(rule.ports)];
  const options: [string, string | undefined][] = [
    ["--from", from],
    ["--to", to],
    ["--family", from === undefined && to === undefined ? String(family) : undefined],
    ["--protocol", protocol],
    ["--source-port", sourcePorts],
    ["--port", ports],
    ["--interface", name],
  ];
  return [
    ...options.flatMap(([option, value]) => (value === undefined ? [] : [option, value])),
    String(mark),
  ];
}

/** "10.0.0.1" for 10.0.0.1/32; undefined for every address. */
export function shortBlock(block: string): string | undefined {
  if (block.endsWith("/0")) return undefined;
  return block.replace(block.includes(":") ? /\/128$/ : /\/32$/, "");
}

/** "80", "8000-8100"; undefined for every port. */
export function shortPorts({ first, last }: Ports): string | undefined {
  if (first === 0 && last === 65_535) return undefined;
  return first === last ? String(first) : `${first}-${last}`;
}

/** Whether the numbers are ports is the daemon's to say. */
function parsePorts(text: string): Ports[] {
  return text.split(",").map((part) => {
    const [, first, last] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(part) ?? [];
    if (first === undefined) throw new InvalidArgumentError("Write it like 80,443,8000-8100.");
    return { first: Number(first), last: Number(last ?? first) };
  });
}

function parseMark(text: string): number {
  if (!/^(?:\d{1,10}|0[xX][0-9a-fA-F]{1,8})$/.test(text)) {
    throw new InvalidArgumentError("Write it like 7 or 0x7.");
  }
  return Number(text);
}
