import { textTable } from "../../base/text-table.ts";
import type { InstanceCounts } from "../../daemon/api/availability.ts";
import type { Status } from "../../daemon/api/schema.ts";
import { describeReason, REASONS } from "../../datapath/reason.ts";

/** Width of counts of packets, which grow: what stands behind them stays in its column. */
const COUNT_COLUMNS = 12;

/** What `weir status` says: the daemon, its elections if it has any, and what became of packets. */
export function statusText(status: Status, instances: readonly InstanceCounts[]): string {
  const lines = [`Daemon "${status.name}", process ${status.pid}`];
  for (const { name, mode, because } of status.interfaces) {
    const reason = because === undefined ? "" : `, because ${because}`;
    lines.push(`  ${name}: XDP in ${mode} mode${reason}`);
  }
  const { live, capacity } = status.connections;
  lines.push(`  ${live} connections, room for ${capacity}`);
  if (instances.length > 0) lines.push("VRRP instances", ...instanceLines(instances));
  lines.push("Packets that …");
  for (const reason of REASONS) {
    const count = status.reasons[reason] ?? "0";
    if (count !== "0") lines.push(`  ${count.padStart(COUNT_COLUMNS)}  ${describeReason(reason)}`);
  }
  return lines.map((line) => `${line}\n`).join("");
}

function instanceLines(instances: readonly InstanceCounts[]): string[] {
  const title = ["NAME", "STATE", "PRIORITY", "HOLDS", "SENT", "RECEIVED", "DROPPED"];
  const rows = instances.map(({ name, state, priority, holding, sent, received, dropped }) => [
    name,
    state,
    String(priority),
    holding ? "yes" : "no",
    String(sent),
    String(received),
    droppedText(dropped),
  ]);
  const alignments = ["left", "left", "right", "left", "right", "right"] as const;
  return textTable([title, ...rows], alignments).map((line) => `  ${line}`);
}

/** "2 password, 1 ttl", the most first. */
function droppedText(dropped: InstanceCounts["dropped"]): string {
  const counts = Object.entries(dropped).sort(([, a], [, b]) => b - a);
  return counts.map(([reason, count]) => `${count} ${reason}`).join(", ") || "none";
}
