import type { Server } from "../state/rule.ts";
import { type Notice, quorumNotice, remark, serverNotice } from "./notice.ts";
import { carryOver, isUp, type Opinion } from "./opinions.ts";
import type { RealServerSettings, VirtualServerSettings } from "./settings.ts";

/**
 * A virtual server: which of its servers are fit, whether they are enough, and so who serves now
 * (inventory K-60 to K-63).
 */
export interface VirtualServer {
  readonly settings: VirtualServerSettings;
  /** As in the settings; of each server what its checks say, as in its settings. */
  readonly opinions: readonly (readonly Opinion[])[];
  readonly hasQuorum: boolean;
}

export interface Told {
  readonly virtualServer: VirtualServer;
  /** In the order in which keepalived tells of it: servers before the quorum that they make. */
  readonly notices: readonly Notice[];
}

/** IPVS takes no greater weight from keepalived. */
const WEIGHT_MAX = 65_535;

/**
 * The start, or, with `before`, another configuration of the same virtual server. Servers are fit
 * unless a check of theirs has alpha, which nobody is told; a quorum is told, and the lack of one
 * only with `initialNotifies`, as a server's unfitness is.
 */
export function beginVirtualServer(
  settings: VirtualServerSettings,
  before?: VirtualServer,
  initialNotifies = false,
): Told {
  const opinions = carryOver(settings, before);
  const begun = { settings, opinions, hasQuorum: before?.hasQuorum ?? false };
  if (before !== undefined) return settleQuorum(begun, []);
  const down = settings.servers.filter((_, index) => !isUp(opinions[index]!));
  const notices = initialNotifies
    ? down.map((server) => serverNotice(settings, server, "DOWN", "it has alpha"))
    : [];
  const told = settleQuorum(begun, notices);
  if (told.virtualServer.hasQuorum || !initialNotifies) return told;
  return { ...told, notices: [...notices, quorumNotice(settings, "DOWN", fitWeight(begun))] };
}

/** Check `check` of server `server`, both by index, says something else than before. */
export function changeOpinion(
  before: VirtualServer,
  server: number,
  check: number,
  opinion: Opinion,
  why: string,
): Told {
  const opinions = before.opinions.map((list, index) =>
    index === server ? list.map((old, at) => (at === check ? opinion : old)) : list,
  );
  const changed = { ...before, opinions };
  return settleQuorum(changed, serverNotices(before, changed, server, why));
}

/** Gains or loses the quorum, which hysteresis keeps from flapping (keepalived.conf(5)). */
function settleQuorum(before: VirtualServer, notices: readonly Notice[]): Told {
  const { settings, hasQuorum } = before;
  const { quorum, hysteresis } = settings;
  const total = fitWeight(before);
  const stays = hasQuorum ? total >= quorum - hysteresis : total < quorum + hysteresis;
  if (stays) return { virtualServer: before, notices };
  const turned = quorumNotice(settings, hasQuorum ? "DOWN" : "UP", total);
  return { virtualServer: { ...before, hasQuorum: !hasQuorum }, notices: [...notices, turned] };
}

/** The end: with omega what was up is told to be down (captured: C32). */
export function endVirtualServer({ settings, opinions, hasQuorum }: VirtualServer): Notice[] {
  if (!settings.omega) return [];
  const up = settings.servers.filter((_, index) => isUp(opinions[index]!));
  const down = up.map((server) => serverNotice(settings, server, "DOWN", "Weir stops"));
  return hasQuorum ? [...down, quorumNotice(settings, "DOWN", 0)] : down;
}

/**
 * Who serves now, in the order of the configuration. Without its quorum a virtual server that has
 * a sorry server has nobody else, but for those that only lose their weight (inhibit_on_failure).
 */
export function serversOf({ settings, opinions, hasQuorum }: VirtualServer): Server[] {
  const { sorryServer } = settings;
  const isSorry = sorryServer !== undefined && !hasQuorum;
  const servers = settings.servers.flatMap((server, index) => {
    const serves = isUp(opinions[index]!) && !isSorry;
    if (!serves && !server.inhibitOnFailure) return [];
    return [withWeight(server, serves ? effectiveWeight(server, opinions[index]!) : 0)];
  });
  if (sorryServer === undefined || !(isSorry || sorryServer.inhibits)) return servers;
  const { address, port, method, tunnel } = sorryServer;
  const limits = { upperThreshold: 0, lowerThreshold: 0 };
  const sorry = { address, port, method, weight: isSorry ? 1 : 0, ...limits };
  return [...servers, tunnel === undefined ? sorry : { ...sorry, tunnel }];
}

function serverNotices(
  before: VirtualServer,
  after: VirtualServer,
  index: number,
  why: string,
): Notice[] {
  const { settings } = after;
  const server = settings.servers[index]!;
  const [was, is] = [before.opinions[index]!, after.opinions[index]!];
  if (isUp(was) !== isUp(is)) {
    return [serverNotice(settings, server, isUp(is) ? "UP" : "DOWN", why)];
  }
  const [old, weight] = [effectiveWeight(server, was), effectiveWeight(server, is)];
  if (old === weight) return [];
  return [remark(settings, server, "info", `Weight ${old} becomes ${weight}: ${why}`)];
}

function fitWeight({ settings, opinions }: VirtualServer): number {
  return settings.servers.reduce((sum, server, index) => {
    const says = opinions[index]!;
    return isUp(says) ? sum + effectiveWeight(server, says) : sum;
  }, 0);
}

function effectiveWeight({ weight }: RealServerSettings, opinions: readonly Opinion[]): number {
  const sum = opinions.reduce((total, opinion) => total + opinion.weight, weight);
  return Math.min(Math.max(sum, 0), WEIGHT_MAX);
}

function withWeight(server: RealServerSettings, weight: number): Server {
  const { address, port, method, upperThreshold, lowerThreshold, tunnel } = server;
  const plain = { address, port, method, weight, upperThreshold, lowerThreshold };
  return tunnel === undefined ? plain : { ...plain, tunnel };
}
