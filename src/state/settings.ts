import { failure, type Result, success } from "../base/fault.ts";
import { TICKS_PER_SECOND } from "../datapath/constants.ts";
import { control as controlLayout } from "../datapath/layout.ts";
import type { View } from "../datapath/tables.ts";
import { KEPT, type Kept, type KeptSysctl, OTHERS } from "./sysctls.ts";

/** A setting as `weir settings` lists it. */
export interface Setting {
  readonly name: string;
  /** Missing where this version has none. */
  readonly value?: number;
  /** As sysctl(8) prints it. */
  readonly default: string;
  readonly what: string;
}

/** IPVS takes any int for its switches; the tables have a byte, and so as many values. */
const RANGES: Readonly<Record<Kept, readonly [min: number, max: number]>> = {
  switch: [-0x80, 0x7f],
  mode: [0, 3],
  // As with timeouts: 31 days.
  seconds: [0, 31 * 86_400],
};

/** Bytes of the settings that one store takes, from `conn_reuse_mode` on. */
const WORD_BYTES = 8;
const WORD_START = controlLayout.fields.conn_reuse_mode.offset;

/** Every sysctl of IPVS, those first that this version has. */
export function listSettings(view: View): readonly Setting[] {
  const kept = KEPT.map((sysctl) => settingOf(view, sysctl));
  return [
    ...kept,
    ...OTHERS.map(({ name, default: value, what }) => ({ name, default: value, what })),
  ];
}

/** By its name, or as sysctl(8) names it. Faults: NO_SUCH_SETTING, NOT_SUPPORTED. */
export function findSetting(view: View, name: string): Result<Setting> {
  const sysctl = keptSysctl(name);
  return sysctl.ok ? success(settingOf(view, sysctl.value)) : sysctl;
}

/**
 * Changes settings by name, from the text of their values: all of them or none.
 *
 * Faults: NO_SUCH_SETTING, NOT_SUPPORTED, BAD_VALUE.
 */
export function changeSettings(
  view: View,
  changes: Readonly<Record<string, string>>,
): Result<void> {
  const values = new Map<KeptSysctl, number>();
  for (const [name, text] of Object.entries(changes)) {
    const sysctl = keptSysctl(name);
    if (!sysctl.ok) return sysctl;
    const value = readValue(sysctl.value, text);
    if (!value.ok) return value;
    values.set(sysctl.value, value.value);
  }
  write(view, values);
  return success(undefined);
}

/** The kernel's defaults, for tables that are new. */
export function beginSettings(view: View): void {
  write(view, new Map(KEPT.map((sysctl) => [sysctl, Number(sysctl.default)])));
}

/** IPVS run_estimation: whether counters and rates of listings go on. */
export function isEstimating(view: View): boolean {
  return view.control.get(0, "run_estimation") !== 0;
}

function settingOf(view: View, sysctl: KeptSysctl): Setting {
  const { name, default: byDefault, what } = sysctl;
  return { name, value: read(view, sysctl), default: byDefault, what };
}

function keptSysctl(text: string): Result<KeptSysctl> {
  const name = text.replace(/^net[./]ipv4[./]vs[./]/, "");
  const kept = KEPT.find((sysctl) => sysctl.name === name);
  if (kept !== undefined) return success(kept);
  const other = OTHERS.find((sysctl) => sysctl.name === name);
  if (other === undefined) {
    return failure("NO_SUCH_SETTING", `There is no setting "${name}"`, "weir settings lists them");
  }
  return failure("NOT_SUPPORTED", `${name} is not supported yet (in Linux: ${other.what})`);
}

function readValue({ name, kept }: KeptSysctl, text: string): Result<number> {
  const [min, max] = RANGES[kept];
  const value = /^[+-]?\d{1,10}$/.test(text) ? Number(text) : undefined;
  if (value === undefined || value < min || value > max) {
    const what = `"${text}" is no value of ${name}`;
    return failure("BAD_VALUE", what, `give a whole number from ${min} to ${max}`);
  }
  if (kept === "mode" && (value === 1 || value === 2)) {
    const what = `${name} ${value}, which follows how much memory is free, is not supported yet`;
    return failure("NOT_SUPPORTED", what, "give 0 (never) or 3 (always)");
  }
  return success(value);
}

function read(view: View, { name, kept }: KeptSysctl): number {
  const value = view.control.get(0, name);
  if (kept === "seconds") return Math.round(value / TICKS_PER_SECOND);
  return (value << 24) >> 24;
}

/** The switches and modes in one store; packets that are under way see all of them or none. */
function write(view: View, values: ReadonlyMap<KeptSysctl, number>): void {
  const { control } = view;
  const word = control.record(0).slice(WORD_START, WORD_START + WORD_BYTES);
  for (const [{ name, kept }, value] of values) {
    if (kept === "seconds") control.set(0, name, Math.round(value * TICKS_PER_SECOND));
    else word[controlLayout.fields[name].offset - WORD_START] = value;
  }
  control.setWord(0, "conn_reuse_mode", new DataView(word.buffer).getBigUint64(0, true));
}
