import type { InstanceSettings } from "../../cluster/settings.ts";
import { familyOf } from "../../wire/address.ts";
import type { Reporter } from "../findings/reporter.ts";
import type { Loaded } from "../load.ts";
import { lastStatement, type PlacedInstance, placedInstances } from "./places.ts";

const FAMILY_WORDS = ["mcast_src_ip", "unicast_src_ip", "mcast_dst_ip"];

/** What single instances ask for and cannot have, and what two of them cannot have together. */
export function lintInstances(loaded: Loaded, reporter: Reporter): void {
  const instances = placedInstances(loaded);
  for (const instance of instances) {
    lintPreemption(instance, reporter);
    lintFamily(instance, reporter);
  }
  for (const [at, instance] of instances.entries()) {
    const rival = instances.slice(0, at).find((other) => isSameRouter(other, instance));
    if (rival !== undefined) duplicate(instance, rival, reporter);
  }
}

/** keepalived.conf(5): nopreempt and preempt_delay are for those that start as backup. */
function lintPreemption({ settings, statement }: PlacedInstance, reporter: Reporter): void {
  if (settings.startState !== "master") return;
  const { block } = statement;
  const nopreempt = lastStatement(block, "nopreempt")?.keyword;
  if (nopreempt !== undefined) {
    reporter.warn(
      "NOPREEMPT_MASTER",
      nopreempt,
      `nopreempt does nothing, because ${settings.name} has state MASTER.`,
      "Use state BACKUP on all nodes, or take nopreempt out.",
    );
  }
  const delay = lastStatement(block, "preempt_delay")?.keyword;
  if (delay !== undefined) {
    reporter.warn(
      "PREEMPT_DELAY_MASTER",
      delay,
      `preempt_delay does nothing, because ${settings.name} has state MASTER.`,
      "Use state BACKUP, or take preempt_delay out.",
    );
  }
}

/** Addresses of single words, which only count if they are of the instance's family. */
function lintFamily({ settings, statement }: PlacedInstance, reporter: Reporter): void {
  const { name, family } = settings;
  const lines = (statement.block ?? []).flatMap((line) => {
    if (FAMILY_WORDS.includes(line.keyword.text)) return line.arguments[0] ?? [];
    const isPeers = line.keyword.text === "unicast_peer";
    return isPeers ? (line.block ?? []).map(({ keyword }) => keyword) : [];
  });
  for (const word of lines) {
    const own = familyOf(word.text);
    if (own === undefined || own === family) continue;
    reporter.warn(
      "ADDRESS_FAMILY",
      word,
      `${word.text} is IPv${own}, and vrrp_instance ${name} is of IPv${family}.`,
      "Use an address of that family; until then it does not count.",
    );
  }
}

/** keepalived.conf(5), virtual_router_id: groups and peers that do not overlap keep them apart. */
function isSameRouter({ settings: a }: PlacedInstance, { settings: b }: PlacedInstance): boolean {
  if (a.router !== b.router || a.family !== b.family || a.interface !== b.interface) return false;
  if (a.peers.length === 0 && b.peers.length === 0) return a.group === b.group;
  return peersOverlap(a, b);
}

function peersOverlap(a: InstanceSettings, b: InstanceSettings): boolean {
  return a.peers.some(({ address }) => b.peers.some((peer) => peer.address === address));
}

function duplicate(instance: PlacedInstance, rival: PlacedInstance, reporter: Reporter): void {
  const { router, interface: device, family } = instance.settings;
  const word = lastStatement(instance.statement.block, "virtual_router_id")?.arguments[0];
  reporter.warn(
    "DUPLICATE_ROUTER_ID",
    word ?? instance.name,
    `${rival.settings.name} and ${instance.settings.name} are both virtual router ${router} ` +
      `over IPv${family} on ${device}.`,
    "Give one of them another virtual_router_id, on all nodes.",
  );
}
