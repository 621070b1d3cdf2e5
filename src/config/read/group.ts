import type { GroupSettings, InstanceSettings } from "../../cluster/settings.ts";
import type { Statement } from "../tree.ts";
import { has, switchOf, wordsIn } from "./block.ts";
import type { Findings } from "./findings.ts";
import type { Defaults } from "./globals.ts";
import { readNotify } from "./notify.ts";
import { readTracks, type Trackables } from "./track.ts";

/** What sync groups are read against. */
export interface GroupSurroundings {
  readonly instances: readonly InstanceSettings[];
  /** The names of all vrrp_instance blocks: what an incomplete one lacks is found elsewhere. */
  readonly named: ReadonlySet<string>;
  /** Members of the groups that have been read. */
  readonly taken: ReadonlySet<string>;
  readonly trackables: Trackables;
  readonly defaults: Defaults;
}

/** A vrrp_sync_group with those of its members that exist; undefined where none does. */
export function readSyncGroup(
  statement: Statement,
  surroundings: GroupSurroundings,
  findings: Findings,
): GroupSettings | undefined {
  const { instances, taken, trackables, defaults } = surroundings;
  const [name, block] = [statement.arguments[0], statement.block ?? []];
  if (name === undefined) return undefined;
  const title = `vrrp_sync_group ${name.text}`;
  const written = wordsIn(block, "group");
  const members: string[] = [];
  for (const member of written) {
    if (!surroundings.named.has(member.text)) {
      findings.warn(
        "NO_SUCH_INSTANCE",
        member,
        `${title} has the member ${member.text}, but there is no such vrrp_instance.`,
        `Define vrrp_instance ${member.text}, or take it out; the group goes on without it.`,
      );
    } else if (taken.has(member.text) || members.includes(member.text)) {
      findings.warn(
        "INSTANCE_IN_TWO_GROUPS",
        member,
        `vrrp_instance ${member.text} is in a sync group already.`,
        `Take it out of one; it is not a member of ${title}.`,
      );
    } else if (instances.some((instance) => instance.name === member.text)) {
      members.push(member.text);
    }
  }
  if (written.length < 2) {
    findings.warn(
      "SMALL_GROUP",
      name,
      `${title} has ${written.length === 0 ? "no member" : "one member only"}.`,
      "Name two instances or more that are to move together, or take the group out.",
    );
  }
  if (members.length === 0) return undefined;
  return {
    name: name.text,
    members,
    tracks: readTracks(block, trackables, title, findings),
    // What global_tracking was for is what the tracks of a group are for now (keepalived.conf(5)).
    sharesTracks: has(block, ["sync_group_tracking_weight", "global_tracking"]),
    notify: readNotify(block),
    mails: switchOf(block, "smtp_alert") ?? defaults.mails.vrrp,
  };
}
