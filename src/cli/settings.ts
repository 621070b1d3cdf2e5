import { Command } from "commander";
import { type Result, success } from "../base/fault.ts";
import { textTable } from "../base/text-table.ts";
import type { Configuration, Setting } from "../daemon/api/configuration.ts";
import { nameOption, printAnswer } from "./answer.ts";

const HELP = `
The settings are the sysctls of IPVS, by their names (net.ipv4.vs.NAME is understood too). Several
changes are made at one instant, or none. They last as long as the tables: over a restart of the
daemon, not over a reboot.

Examples:
  weir settings
  weir settings expire_nodest_conn
  weir settings expire_nodest_conn=1 expire_quiescent_template=1
`;

export interface SettingsStyle {
  readonly json?: boolean;
  /** Names as sysctl(8) writes them. */
  readonly sysctl?: boolean;
}

export function settingsCommand(): Command {
  return new Command("settings")
    .description("list and change the settings of IPVS: conn_reuse_mode, sloppy_tcp and so on")
    .argument("[settings...]", "NAME to see one, NAME=VALUE to change it")
    .addOption(nameOption())
    .option("--json", "as JSON")
    .option("--sysctl", "names as sysctl writes them: net.ipv4.vs.NAME")
    .addHelpText("after", HELP)
    .action((words: string[], options: SettingsStyle & { name: string }) =>
      printAnswer("weir settings", options.name, (daemon) =>
        answerSettings(words, options, daemon),
      ),
    );
}

/** Without words everything; else the changes are made, and what was named is shown. */
export async function answerSettings(
  words: readonly string[],
  style: SettingsStyle,
  daemon: Configuration,
): Promise<Result<string>> {
  const pairs = words.map((word) => {
    const [, name, value] = /^([^=]*)(?:=(.*))?$/s.exec(word)!;
    return { name: name!.trim(), value: value?.trim() };
  });
  const changes = pairs.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]]));
  if (changes.length > 0) {
    const changed = await daemon.changeSettings(Object.fromEntries(changes));
    if (!changed.ok) return changed;
  }
  if (words.length === 0) return answerAll(style, daemon);
  const settings: Setting[] = [];
  for (const { name } of pairs) {
    const setting = await daemon.setting(name);
    if (!setting.ok) return setting;
    settings.push(setting.value);
  }
  return success(
    style.json ? asJson(settings) : settings.map((each) => line(each, style)).join(""),
  );
}

async function answerAll(style: SettingsStyle, daemon: Configuration): Promise<Result<string>> {
  const settings = await daemon.settings();
  if (!settings.ok) return settings;
  if (style.json) return success(asJson(settings.value));
  const [kept, others] = [true, false].map((has) =>
    settings.value.filter(({ value }) => (value !== undefined) === has),
  ) as [Setting[], Setting[]];
  if (style.sysctl) return success(kept.map((each) => line(each, style)).join(""));
  const lines = [
    ...textTable(
      [
        ["NAME", "VALUE", "DEFAULT", "WHAT IT DOES"],
        ...kept.map(({ name, value, default: d, what }) => [name, String(value), d, what]),
      ],
      ["left", "right", "right"],
    ),
    "",
    "Not supported yet, with what Linux does:",
    ...textTable(others.map(({ name, what }) => [name, what])),
  ];
  return success(lines.map((text) => `${text}\n`).join(""));
}

function line({ name, value }: Setting, { sysctl }: SettingsStyle): string {
  return `${sysctl ? "net.ipv4.vs." : ""}${name} = ${value}\n`;
}

function asJson(settings: readonly Setting[]): string {
  return `${JSON.stringify(settings, undefined, 2)}\n`;
}
