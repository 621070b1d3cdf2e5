import type { ServerId } from "../state/rule.ts";
import type { CheckSettings, RealServerSettings, VirtualServerSettings } from "./settings.ts";

/** What a check says of its server. */
export interface Opinion {
  readonly fit: boolean;
  /** What it adds to the configured weight. */
  readonly weight: number;
}

/** Several checks of a server: it is up only while all of them are good (inventory K-62). */
export function isUp(opinions: readonly Opinion[]): boolean {
  return opinions.every(({ fit }) => fit);
}

/** Where something is in the settings: by index. */
export interface Place {
  readonly server: number;
  readonly check: number;
}

/** Settings with what was known under them. */
interface Known {
  readonly settings: VirtualServerSettings;
  readonly opinions: readonly (readonly Opinion[])[];
}

/**
 * What is known of the servers of a configuration: what checks that were there before have said,
 * and of a server that was there, whether it was up. New servers are fit unless a check has alpha.
 */
export function carryOver(
  settings: VirtualServerSettings,
  before: Known | undefined,
): readonly (readonly Opinion[])[] {
  const places = before === undefined ? undefined : placesOf(before.settings);
  return settings.servers.map((server) =>
    server.checks.map((check, index) => {
      const old = places?.get(serverKey(server));
      if (before === undefined || old === undefined) return initialOpinion(check);
      const said = before.opinions[old]!;
      const isSame = isSameCheck(before.settings.servers[old]!, server, index);
      return isSame ? said[index]! : { fit: isUp(said), weight: 0 };
    }),
  );
}

/** Where each check was in an earlier configuration: undefined for those that are new. */
export function counterparts(
  settings: VirtualServerSettings,
  before: VirtualServerSettings,
): readonly (readonly (Place | undefined)[])[] {
  const places = placesOf(before);
  return settings.servers.map((server) =>
    server.checks.map((_, check) => {
      const old = places.get(serverKey(server));
      if (old === undefined || !isSameCheck(before.servers[old]!, server, check)) return undefined;
      return { server: old, check };
    }),
  );
}

/** What a file says is known at once, so that alpha has nothing to wait for. */
function initialOpinion({ alpha, conversation }: CheckSettings): Opinion {
  return { fit: !alpha || conversation.kind === "file", weight: 0 };
}

function placesOf({ servers }: VirtualServerSettings): ReadonlyMap<string, number> {
  return new Map(servers.map((server, index) => [serverKey(server), index]));
}

function serverKey({ address, port }: ServerId): string {
  return `${address} ${port}`;
}

/** The configured weight is part of what misc_dynamic goes by. */
function isSameCheck(a: RealServerSettings, b: RealServerSettings, check: number): boolean {
  const [was, is] = [a.checks[check], b.checks[check]];
  if (was === undefined || is === undefined || a.weight !== b.weight) return false;
  return JSON.stringify(was) === JSON.stringify(is);
}
