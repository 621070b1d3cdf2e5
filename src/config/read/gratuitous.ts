import type { GratuitousSettings } from "../../cluster/settings.ts";
import { type Block, has, integerOf, secondsOf, switchOf, textOf, wordsIn } from "./block.ts";
import { SECOND } from "./values.ts";

const INTEGER_MAX = 0xffff_ffff;
/** A refresh once a day at the most; keepalived's own limit is that of its timers. */
const DAY = 86_400;

/**
 * The garp_* words of an instance over those of global_defs (vrrp_garp_*). What follows a lower
 * priority is by default as what follows becoming master.
 */
export function readGratuitous(
  instance: Block,
  globals: Block,
  garpGroups: readonly Block[],
  device: string,
): GratuitousSettings {
  const minimal = switchOf(globals, "vrrp_min_garp") === true;
  const seconds = (name: string): number | undefined =>
    secondsOf(instance, name, 0, DAY) ?? secondsOf(globals, `vrrp_${name}`, 0, DAY);
  const count = (name: string): number | undefined =>
    integerOf(instance, name, 0, INTEGER_MAX) ?? integerOf(globals, `vrrp_${name}`, 0, INTEGER_MAX);
  const globalDelay = secondsOf(globals, "vrrp_garp_master_delay", 0, DAY);
  const globalRepeat = integerOf(globals, "vrrp_garp_master_repeat", 1, INTEGER_MAX);
  const delay = minimal ? 0 : 5 * SECOND;
  const repeat = minimal ? 1 : 5;
  const group = garpGroups.findLast((block) => interfacesOf(block).includes(device)) ?? [];
  const interval = (name: string): number =>
    secondsOf(group, name) ?? secondsOf(globals, `vrrp_${name}`) ?? 0;
  return {
    delay: seconds("garp_master_delay") ?? delay,
    repeat: Math.max(1, count("garp_master_repeat") ?? repeat),
    refresh: seconds("garp_master_refresh") ?? 0,
    refreshRepeat: count("garp_master_refresh_repeat") ?? (minimal ? 0 : 1),
    lowerPriorityDelay: seconds("garp_lower_prio_delay") ?? globalDelay ?? delay,
    lowerPriorityRepeat: count("garp_lower_prio_repeat") ?? globalRepeat ?? repeat,
    arpInterval: interval("garp_interval"),
    naInterval: interval("gna_interval"),
  };
}

function interfacesOf(group: Block): readonly string[] {
  const one = textOf(group, "interface");
  if (!has(group, "interfaces")) return one === undefined ? [] : [one];
  return wordsIn(group, "interfaces").map(({ text }) => text);
}
