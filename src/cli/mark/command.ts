import { Command, InvalidArgumentError } from "commander";
import { type Result, success } from "../../base/fault.ts";
import { textTable } from "../../base/text-table.ts";
import type { Configuration, ListedMark, MarkOperation } from "../../daemon/api/configuration.ts";
import { nameOption, printAnswer } from "../answer.ts";
import { restoreMarks } from "./restore.ts";
import { ruleOf, shortBlock, shortPorts, withRuleOptions, wordsOf } from "./rule.ts";

const HELP = `
The first rule that fits a packet gives it its mark, and "ipvsadm -A -f MARK" serves it. Rules are
Weir's own: XDP comes before iptables and nftables, whose marks are too late for it. They last as
long as the tables: over a restart of the daemon, not over a reboot.

Examples:
  weir mark add --to 192.168.150.100 --protocol tcp --port 80,443 1
  weir mark add --from 10.0.0.0/8 --interface eth0 --port 8000-8100 0x2
  weir mark list
  weir mark delete 2
  weir mark save > marks
  weir mark restore < marks
`;

interface Options {
  readonly name: string;
  readonly json?: boolean;
}

export function markCommand(): Command {
  const mark = new Command("mark")
    .description("say which packets carry a firewall mark, for services of ipvsadm -f")
    .addHelpText("after", HELP);
  mark.addCommand(
    withRuleOptions(new Command("add"))
      .description("add a rule behind the others; a list of ports makes several")
      .addOption(nameOption())
      .action((number, options) =>
        change("add", options, [{ kind: "add", rule: ruleOf(number, options) }]),
      ),
  );
  mark.addCommand(
    new Command("list")
      .description("list the rules, in the order that counts")
      .addOption(nameOption())
      .option("--json", "as JSON")
      .action((options: Options) =>
        printAnswer("weir mark list", options.name, (daemon) => answerList(options, daemon)),
      ),
  );
  mark.addCommand(
    new Command("delete")
      .description("delete a rule by its number; those behind it move up")
      .argument("<number>", "as list shows it", parseNumber)
      .addOption(nameOption())
      .action((number: number, options: Options) =>
        change("delete", options, [{ kind: "delete", number }]),
      ),
  );
  mark.addCommand(
    new Command("clear")
      .description("delete all rules")
      .addOption(nameOption())
      .action((options: Options) => change("clear", options, [{ kind: "clear" }])),
  );
  mark.addCommand(
    new Command("save")
      .description("print the rules as lines that restore reads")
      .addOption(nameOption())
      .action((options: Options) => printAnswer("weir mark save", options.name, answerSave)),
  );
  mark.addCommand(
    new Command("restore")
      .description("read such lines from standard input, in the place of all rules; all or none")
      .addOption(nameOption())
      .action(async (options: Options) => {
        const text = await standardInput();
        return printAnswer("weir mark restore", options.name, (daemon) =>
          restoreMarks(text, daemon),
        );
      }),
  );
  return mark;
}

function parseNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("Write it like 2.");
  return Number(text);
}

function change(verb: string, options: Options, operations: MarkOperation[]): Promise<void> {
  return printAnswer(`weir mark ${verb}`, options.name, async (daemon) => {
    const changed = await daemon.changeMarks(operations);
    return changed.ok ? success("") : changed;
  });
}

export async function answerList(
  { json }: Pick<Options, "json">,
  daemon: Configuration,
): Promise<Result<string>> {
  const marks = await daemon.marks();
  if (!marks.ok) return marks;
  if (json) return success(`${JSON.stringify(marks.value, undefined, 2)}\n`);
  const title = ["NUMBER", "FROM", "TO", "PROTOCOL", "SOURCE PORT", "PORT", "INTERFACE", "MARK"];
  const lines = textTable([title, ...marks.value.map(rowOf)], ["right"]);
  return success(lines.map((line) => `${line}\n`).join(""));
}

export async function answerSave(daemon: Configuration): Promise<Result<string>> {
  const marks = await daemon.marks();
  if (!marks.ok) return marks;
  return success(marks.value.map((rule) => `${wordsOf(rule).join(" ")}\n`).join(""));
}

function rowOf(rule: ListedMark): string[] {
  const { number, family, protocol, interface: name = "any", interfaceMissing, mark } = rule;
  const every = `any IPv${family}`;
  return [
    String(number),
    shortBlock(rule.from) ?? every,
    shortBlock(rule.to) ?? every,
    protocol ?? "tcp, udp",
    shortPorts(rule.sourcePorts) ?? "any",
    shortPorts(rule.ports) ?? "any",
    interfaceMissing ? `${name} (missing: fits nothing)` : name,
    String(mark),
  ];
}

async function standardInput(): Promise<string> {
  let text = "";
  for await (const part of process.stdin.setEncoding("utf8")) text += part;
  return text;
}
