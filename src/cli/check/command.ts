import { Command } from "commander";
import { CODES, explain } from "../../config/findings/explanations.ts";
import { lint } from "../../config/lint/lint.ts";
import { inOrder, type Loaded, load } from "../../config/load.ts";
import { keywordReference } from "../../config/reference.ts";
import type { Finding } from "../../config/tree.ts";
import { sourcesOf } from "../daemon/configuration-file.ts";
import { findingText, summary } from "./text.ts";
import { thisHost } from "./this-host.ts";

const HELP = `
Nothing is changed and no daemon is asked. Exit status: 0 for no errors, 1 for warnings with
--strict, 2 for errors, 3 where the file cannot be read.

Examples:
  weir check /etc/keepalived/keepalived.conf
  weir check --explain UNKNOWN_WORD
`;

const STATUS = { warnings: 1, errors: 2, unreadable: 3 } as const;

interface Options {
  readonly explain?: string;
  readonly words?: boolean;
  readonly peer?: string;
  readonly configId?: string;
  readonly elsewhere?: boolean;
  readonly strict?: boolean;
  readonly json?: boolean;
}

/** `weir check FILE` */
export function checkCommand(): Command {
  return new Command("check")
    .description("show every mistake in a configuration file, and what to do about it")
    .argument("[file]", "a keepalived.conf", "/etc/keepalived/keepalived.conf")
    .option("--explain <code>", "say what a finding of this code is about, and read no file")
    .option("--words", "print every word of the language and whether it works, and read no file")
    .option("--peer <file>", "the file of another node, to hold this one against")
    .option("--config-id <id>", "which @id lines count (default: this host's short name)")
    .option("--elsewhere", "the file is for another host: look for no programs and interfaces")
    .option("--strict", "warnings are failures too")
    .option("--json", "as JSON")
    .addHelpText("after", HELP)
    .action((file: string, options: Options) => {
      process.exitCode = answer(file, options);
    });
}

function answer(file: string, options: Options): number {
  if (options.explain !== undefined) return printExplanation(options.explain);
  if (!options.words) return check(file, options);
  process.stdout.write(keywordReference());
  return 0;
}

function printExplanation(code: string): number {
  const paragraph = explain(code.toUpperCase());
  if (paragraph === undefined) {
    const known = CODES.toSorted().join(", ");
    process.stderr.write(`weir check: there is no code ${code}: take one of ${known}\n`);
    return STATUS.errors;
  }
  process.stdout.write(`${code.toUpperCase()}\n\n${wrapped(paragraph)}\n`);
  return 0;
}

function check(file: string, options: Options): number {
  const loaded = loadFile(file, options);
  const peer = options.peer === undefined ? undefined : loadFile(options.peer, options);
  if (loaded === undefined || (options.peer !== undefined && peer === undefined)) {
    return STATUS.unreadable;
  }
  const findings = inOrder(
    [
      ...loaded.findings,
      ...lint(loaded, {
        ...(options.elsewhere ? {} : { host: thisHost(loaded.configuration.globals) }),
        ...(peer === undefined ? {} : { peer }),
      }),
    ],
    loaded.tree,
  );
  process.stdout.write(options.json ? asJson(findings) : asText(file, findings, loaded));
  if (findings.some(({ severity }) => severity === "error")) return STATUS.errors;
  return options.strict && findings.length > 0 ? STATUS.warnings : 0;
}

function loadFile(file: string, { configId }: Options): Loaded | undefined {
  const loaded = load(file, sourcesOf(configId));
  if (loaded === undefined) {
    process.stderr.write(
      `weir check: ${file} cannot be read: see that it is there and that you may read it\n`,
    );
  }
  return loaded;
}

function asText(file: string, findings: readonly Finding[], { tree }: Loaded): string {
  if (findings.length === 0) return `${file}: nothing to complain about\n`;
  const style = { colours: process.stdout.isTTY === true && process.env.NO_COLOR === undefined };
  const texts = findings.map((finding) => findingText(finding, tree, style));
  return [...texts, `${file}: ${summary(findings)}\n`].join("");
}

function asJson(findings: readonly Finding[]): string {
  return `${JSON.stringify({ findings }, undefined, 2)}\n`;
}

const WIDTH = 80;

/** A paragraph in lines of a terminal's width. */
function wrapped(paragraph: string): string {
  const lines = [""];
  for (const word of paragraph.split(/\s+/)) {
    const line = `${lines.at(-1)} ${word}`.trimStart();
    if (line.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines.join("\n");
}
