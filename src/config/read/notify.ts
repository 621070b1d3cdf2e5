import type { Notify } from "../../cluster/settings.ts";
import type { Block } from "./block.ts";
import { notifierOf } from "./program.ts";

/** The scripts of an instance or a sync group that are told of changes of state. */
export function readNotify(block: Block): Notify {
  const scripts: Record<keyof Notify, Notify["any"]> = {
    master: notifierOf(block, "notify_master"),
    backup: notifierOf(block, "notify_backup"),
    fault: notifierOf(block, "notify_fault"),
    stop: notifierOf(block, "notify_stop"),
    deleted: notifierOf(block, "notify_deleted"),
    masterReceivesLower: notifierOf(block, "notify_master_rx_lower_pri"),
    any: notifierOf(block, "notify"),
  };
  return Object.fromEntries(Object.entries(scripts).filter(([, script]) => script !== undefined));
}
