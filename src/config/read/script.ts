import type { TrackFile, TrackProcess, TrackScript } from "../../cluster/settings.ts";
import type { Statement } from "../tree.ts";
import { type Block, has, integerOf, lastOf, secondsOf, statementsOf, textOf } from "./block.ts";
import type { Findings } from "./findings.ts";
import { commandOf } from "./program.ts";
import { findShellWords } from "./shell-words.ts";
import { WEIGHT_MAX, WIDE_WEIGHT_MAX } from "./track.ts";
import { readInteger, SECOND } from "./values.ts";

const COUNT_MAX = 0x7fff_ffff;

/** vrrp_script: a program whose exit status is tracked; undefined where it names no program. */
export function readTrackScript(statement: Statement, findings: Findings): TrackScript | undefined {
  const [name, block] = [statement.arguments[0], statement.block ?? []];
  if (name === undefined) return undefined;
  const script = commandOf(block, "script");
  if (script === undefined) {
    findings.warn(
      "SCRIPT_MISSING",
      name,
      `vrrp_script ${name.text} names no program.`,
      "Add a line `script PROGRAM`; until then the vrrp_script does not exist.",
    );
    return undefined;
  }
  findShellWords(block, "script", script, findings);
  const interval = secondsOf(block, "interval", 0.000001) ?? SECOND;
  return {
    name: name.text,
    script,
    interval,
    timeout: secondsOf(block, "timeout", 0.000001) ?? interval,
    ...weightOf(block, WEIGHT_MAX, 0),
    rise: integerOf(block, "rise", 1, COUNT_MAX) ?? 1,
    fall: integerOf(block, "fall", 1, COUNT_MAX) ?? 1,
    startsFailed: has(block, "init_fail"),
  };
}

/** track_file (vrrp_track_file): a file with a number; undefined where it names no file. */
export function readTrackFile(statement: Statement, findings: Findings): TrackFile | undefined {
  const [name, block] = [statement.arguments[0], statement.block ?? []];
  if (name === undefined) return undefined;
  const path = textOf(block, "file");
  if (path === undefined) {
    findings.warn(
      "TRACK_FILE_MISSING",
      name,
      `track_file ${name.text} names no file.`,
      "Add a line `file PATH`; until then the track_file does not exist.",
    );
    return undefined;
  }
  const initial = lastOf(block, "init_file", ({ arguments: words }) => {
    const texts = words.map(({ text }) => text);
    const value = texts
      .map((text) => readInteger(text, -COUNT_MAX - 1, COUNT_MAX))
      .find(Number.isInteger);
    return { value: value ?? 0, overwrites: texts.includes("overwrite") };
  });
  return {
    name: name.text,
    path,
    // For virtual servers it may be any number, and VRRP cuts it where it is used (K-28).
    ...weightOf(block, COUNT_MAX, 1),
    ...(initial === undefined ? {} : { initial }),
  };
}

/** vrrp_track_process: processes counted by name; undefined where it names none. */
export function readTrackProcess(
  statement: Statement,
  findings: Findings,
): TrackProcess | undefined {
  const [name, block] = [statement.arguments[0], statement.block ?? []];
  if (name === undefined) return undefined;
  const command =
    statementsOf(block, "process")
      .at(-1)
      ?.arguments.map(({ text }) => text) ?? [];
  if (command.length === 0) {
    findings.warn(
      "PROCESS_MISSING",
      name,
      `vrrp_track_process ${name.text} names no process.`,
      "Add a line `process NAME`; until then the vrrp_track_process does not exist.",
    );
    return undefined;
  }
  const delay = secondsOf(block, "delay") ?? 0;
  const quorumMax = integerOf(block, "quorum_max", 0, COUNT_MAX) ?? COUNT_MAX;
  return {
    name: name.text,
    command,
    parameters: parametersOf(block, command),
    fullCommand: has(block, "full_command"),
    // keepalived.conf(5) says 1; keepalived 2.2.7 starts from 0, so that a loss is a fault.
    ...weightOf(block, WIDE_WEIGHT_MAX, 0),
    // At most none means that none need be there.
    quorum: integerOf(block, "quorum", 1, COUNT_MAX) ?? Math.min(1, quorumMax),
    quorumMax,
    forkDelay: secondsOf(block, "fork_delay") ?? delay,
    terminateDelay: secondsOf(block, "terminate_delay") ?? delay,
  };
}

/** Parameters in the configuration are to be met, and `param_match` says how closely. */
function parametersOf(block: Block, command: readonly string[]): TrackProcess["parameters"] {
  const match = textOf(block, "param_match");
  if (match === "initial" || match === "partial") return command.length > 1 ? match : "exact";
  return command.length > 1 || has(block, "param_match") ? "exact" : "ignored";
}

function weightOf(
  block: Block,
  limit: number,
  none: number,
): { readonly weight: number; readonly reverse: boolean } {
  const weight = lastOf(block, "weight", ({ arguments: [number, reverse] }) => {
    const value = readInteger(number?.text ?? "", -limit, limit);
    return value === undefined
      ? undefined
      : { weight: value, reverse: reverse?.text === "reverse" };
  });
  return weight ?? { weight: none, reverse: false };
}
