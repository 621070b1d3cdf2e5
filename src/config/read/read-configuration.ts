import type { GroupSettings, InstanceSettings, VirtualRoute } from "../../cluster/settings.ts";
import type { VirtualServerSettings } from "../../health/settings.ts";
import { serviceName } from "../../state/rule.ts";
import type { Configuration } from "../configuration.ts";
import type { Finding, Statement, Tree } from "../tree.ts";
import { type Block, linesOf, statementsOf } from "./block.ts";
import { Findings } from "./findings.ts";
import { type Defaults, readDefaults, readGlobals } from "./globals.ts";
import { readSyncGroup } from "./group.ts";
import { readInstance } from "./instance.ts";
import { readTrackFile, readTrackProcess, readTrackScript } from "./script.ts";
import type { Trackables } from "./track.ts";
import { readAddresses } from "./virtual-addresses.ts";
import { readRoutes } from "./virtual-routes.ts";
import { readVirtualServer } from "./virtual-server.ts";
import { type GroupEntry, readGroupEntries } from "./virtual-server-group.ts";

/** What a tree means, and what of it cannot be meant. */
export interface Reading {
  readonly configuration: Configuration;
  /** In the order in which blocks are read, which is not that of the file. */
  readonly findings: readonly Finding[];
}

/**
 * Gives a tree its meaning, with all defaults, as keepalived 2.2.7 does: what it does not know is
 * nothing here, a bad value leaves the default, and both are the findings of who checks words.
 * What is found here needs more than one word to see.
 */
export function readConfiguration({ statements }: Tree): Reading {
  const findings = new Findings();
  const globals = linesOf(statements, "global_defs");
  const defaults = readDefaults(globals);
  const trackables = readTrackables(statements, findings);
  const instances = readInstances(statements, globals, defaults, trackables, findings);
  const groups = readSyncGroups(statements, instances, trackables, defaults, findings);
  const configuration: Configuration = {
    globals: readGlobals(globals),
    instances: instances.map((instance) => inGroup(instance, groups, statements, findings)),
    groups,
    scripts: trackables.scripts,
    files: trackables.files,
    processes: trackables.processes,
    virtualServers: readVirtualServers(statements, trackables, defaults, findings),
    staticAddresses: readAddresses(linesOf(statements, "static_ipaddress"), findings).map(
      (address) => ({ ...address, device: address.device ?? defaults.device }),
    ),
    staticRoutes: readRoutes(linesOf(statements, "static_routes"), findings).map((route) =>
      onDevice(route, defaults.device),
    ),
  };
  return { configuration, findings: findings.list };
}

/** A static route that leads nowhere leads through the default interface (keepalived.conf(5)). */
function onDevice(route: VirtualRoute, device: string): VirtualRoute {
  const { gateway, blackhole } = route;
  return route.device !== undefined || gateway !== undefined || blackhole
    ? route
    : { ...route, device };
}

function readTrackables(statements: Block, findings: Findings): Trackables {
  const incomplete = new Set<string>();
  const all = <T extends { name: string }>(
    names: readonly string[],
    read: (statement: Statement, findings: Findings) => T | undefined,
  ): readonly T[] => {
    const readNamed = (statement: Statement): T | undefined => {
      const definition = read(statement, findings);
      const [name] = statement.arguments;
      if (definition === undefined && name !== undefined) incomplete.add(name.text);
      return definition;
    };
    return distinct(statementsOf(statements, names), readNamed, findings);
  };
  return {
    scripts: all(["vrrp_script"], readTrackScript),
    files: all(["track_file", "vrrp_track_file"], readTrackFile),
    processes: all(["vrrp_track_process"], readTrackProcess),
    incomplete,
  };
}

function readInstances(
  statements: Block,
  globals: Block,
  defaults: Defaults,
  trackables: Trackables,
  findings: Findings,
): readonly InstanceSettings[] {
  const garpGroups = statementsOf(statements, "garp_group").map(({ block = [] }) => block);
  const surroundings = { globals, garpGroups, defaults, trackables };
  return distinct(
    statementsOf(statements, "vrrp_instance"),
    (statement) => readInstance(statement, surroundings, findings),
    findings,
  );
}

function readSyncGroups(
  statements: Block,
  instances: readonly InstanceSettings[],
  trackables: Trackables,
  defaults: Defaults,
  findings: Findings,
): readonly GroupSettings[] {
  const taken = new Set<string>();
  const named = new Set(
    statementsOf(statements, "vrrp_instance").map(
      (statement) => statement.arguments[0]?.text ?? "",
    ),
  );
  const surroundings = { instances, named, taken, trackables, defaults };
  return distinct(
    statementsOf(statements, "vrrp_sync_group"),
    (statement) => {
      const group = readSyncGroup(statement, surroundings, findings);
      for (const member of group?.members ?? []) taken.add(member);
      return group;
    },
    findings,
  );
}

/**
 * Members of a sync group must agree on who is master, so that weights of their own do not count
 * unless the group says so (keepalived.conf(5), vrrp_sync_group).
 */
function inGroup(
  instance: InstanceSettings,
  groups: readonly GroupSettings[],
  statements: Block,
  findings: Findings,
): InstanceSettings {
  const group = groups.find(({ members }) => members.includes(instance.name));
  if (group === undefined || group.sharesTracks) return instance;
  const ignored = instance.tracks.filter(({ weight }) => weight !== 0);
  if (ignored.length === 0) return instance;
  const name = statementsOf(statements, "vrrp_instance")
    .map((statement) => statement.arguments[0])
    .find((word) => word?.text === instance.name)!;
  const tracked = ignored.map((track) => track.name).join(", ");
  findings.warn(
    "WEIGHT_IN_GROUP",
    name,
    `${instance.name} tracks ${tracked} with a weight, and its sync group must move as one.`,
    `Track it in ${group.name} or without a weight; until then ${instance.name} does not track it.`,
  );
  return { ...instance, tracks: instance.tracks.filter(({ weight }) => weight === 0) };
}

function readVirtualServers(
  statements: Block,
  trackables: Trackables,
  defaults: Defaults,
  findings: Findings,
): readonly VirtualServerSettings[] {
  const groups = new Map<string, readonly GroupEntry[]>();
  for (const {
    arguments: [name],
    block = [],
  } of statementsOf(statements, "virtual_server_group")) {
    if (name !== undefined) groups.set(name.text, readGroupEntries(block, findings));
  }
  const served = new Set<string>();
  return statementsOf(statements, "virtual_server").flatMap((statement) => {
    const server = readVirtualServer(statement, { groups, defaults, trackables }, findings);
    if (server === undefined) return [];
    const names = server.services.map(serviceName);
    const twice = names.find((name) => served.has(name));
    if (twice !== undefined) {
      findings.warn(
        "DUPLICATE_VIRTUAL_SERVER",
        statement.arguments[0]!,
        `virtual_server ${server.title} serves ${twice}, which one above does already.`,
        "Put their real servers into one; the first counts.",
      );
    }
    for (const name of names) served.add(name);
    return [server];
  });
}

/** The first block of each name; another of the name is left out. */
function distinct<T extends { readonly name: string }>(
  statements: readonly Statement[],
  read: (statement: Statement) => T | undefined,
  findings: Findings,
): readonly T[] {
  const names = new Set<string>();
  return statements.flatMap((statement) => {
    const name = statement.arguments[0];
    if (name !== undefined && names.has(name.text)) {
      findings.warn(
        "DUPLICATE_NAME",
        name,
        `There is a ${statement.keyword.text} ${name.text} already.`,
        "Give it another name; until then it does not exist.",
      );
      return [];
    }
    if (name !== undefined) names.add(name.text);
    return read(statement) ?? [];
  });
}
