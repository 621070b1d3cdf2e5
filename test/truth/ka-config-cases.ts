import { readFileSync } from "node:fs";

/** A configuration, and what `keepalived -t` of 2.2.7 said of it. */
export interface ConfigurationCase {
  readonly number: number;
  readonly title: string;
  readonly text: string;
  /** 0 for nothing wrong, 5 for something, 6 for script security, 139 for a crash. */
  readonly exit: number;
  /** Lines that it named, each once. */
  readonly lines: readonly number[];
  /** What it said without naming a line. */
  readonly lineless: readonly string[];
}

/** The numbered cases of ka-config.txt. */
export function configurationCases(): readonly ConfigurationCase[] {
  const capture = readFileSync(new URL("ka-config.txt", import.meta.url), "utf8");
  return capture
    .split(/^## (?=\d)/m)
    .slice(1)
    .map(caseOf);
}

function caseOf(section: string): ConfigurationCase {
  const [, number, title] = /^(\d+)\. (.*)$/m.exec(section)!;
  const text = [...section.matchAll(/^ {4}\| (.*)$/gm)].map(([, line]) => `${line}\n`).join("");
  const messages = [...section.matchAll(/^\[stderr\] (.*)$/gm)].map(([, message]) => message!);
  const lines = messages.flatMap((message) => /^\(.*?Line (\d+)\)/.exec(message)?.[1] ?? []);
  return {
    number: Number(number),
    title: title!,
    text,
    exit: Number(/^\[exit (\d+)\]$/m.exec(section)?.[1] ?? 0),
    lines: [...new Set(lines.map(Number))],
    lineless: messages.filter((message) => !/^\(.*?Line \d+\)/.test(message)),
  };
}
