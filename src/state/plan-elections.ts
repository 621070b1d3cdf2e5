import type { InstanceSettings } from "../cluster/settings.ts";

/** What another configuration changes in the elections, in words. */
export interface PlannedElection {
  readonly instance: string;
  readonly change: "joins" | "leaves" | "changes";
  /** "priority 100 → 90"; each a field of keepalived.conf(5). */
  readonly details: readonly string[];
  readonly risk?: "election";
}

/** What somebody may read of an instance, by the words of keepalived.conf(5). */
const FIELDS: Readonly<Record<string, (settings: InstanceSettings) => string>> = {
  interface: (s) => s.interface,
  virtual_router_id: (s) => String(s.router),
  priority: (s) => String(s.priority),
  version: (s) => String(s.version),
  advert_int: (s) => `${s.advertInterval / 1_000_000} s`,
  preempt: (s) => String(s.preempt),
  unicast_peer: (s) => s.peers.map(({ address }) => address).join(" ") || "none",
  // The password itself is nobody's to read.
  authentication: (s) => (s.password === undefined ? "none" : "PASS"),
  virtual_ipaddress: (s) => s.addresses.map(({ address }) => address).join(" "),
  virtual_ipaddress_excluded: (s) => s.excluded.map(({ address }) => address).join(" ") || "none",
};

/** Others refuse what they hear, or another election decides, when one of these is another. */
const RISKY = ["interface", "virtual_router_id", "version", "advert_int", "authentication"];

export function planElections(
  desired: readonly InstanceSettings[],
  applied: readonly InstanceSettings[],
): PlannedElection[] {
  const before = new Map(applied.map((settings) => [settings.name, settings]));
  const names = new Set(desired.map(({ name }) => name));
  const plan: PlannedElection[] = applied
    .filter(({ name }) => !names.has(name))
    .map(({ name }) => ({ instance: name, change: "leaves", details: [], risk: "election" }));
  for (const settings of desired) {
    const old = before.get(settings.name);
    if (old === undefined) {
      const { name } = settings;
      plan.push({ instance: name, change: "joins", details: describe(settings) });
    } else if (JSON.stringify(old) !== JSON.stringify(settings)) {
      plan.push(changeOf(old, settings));
    }
  }
  return plan;
}

function changeOf(old: InstanceSettings, settings: InstanceSettings): PlannedElection {
  const changed = Object.entries(FIELDS).filter(([, of]) => of(old) !== of(settings));
  const details = changed.map(([name, of]) => `${name} ${of(old)} → ${of(settings)}`);
  if (old.password !== settings.password && !details.some((d) => d.startsWith("authentication"))) {
    details.push("another auth_pass");
  }
  const risky =
    changed.some(([name]) => RISKY.includes(name)) || old.password !== settings.password;
  const plan = { instance: settings.name, change: "changes", details } as const;
  return risky ? { ...plan, risk: "election" } : plan;
}

function describe(settings: InstanceSettings): string[] {
  return ["interface", "virtual_router_id", "priority", "virtual_ipaddress"].map(
    (name) => `${name} ${FIELDS[name]!(settings)}`,
  );
}
