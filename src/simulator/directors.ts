import { INSTANCE_DEFAULTS } from "../cluster/defaults.ts";
import type { InstanceSettings } from "../cluster/settings.ts";
import type { HostPlan } from "./host.ts";

/** What a director's instance is unless a scenario says something else: that of the lecture. */
const LECTURE: InstanceSettings = {
  ...INSTANCE_DEFAULTS,
  name: "VI_1",
  interface: "eth0",
  router: 51,
  addresses: [{ address: "192.168.150.100", prefix: 32 }],
};

/** As the lecture numbers its hosts: node01 is 192.168.150.11. */
const HOST_BASE = 10;

/** A director of the lecture's network, "node01" for 1, with an instance of this priority. */
export function director(
  number: number,
  priority: number,
  settings: Partial<InstanceSettings> = {},
  quartz: Pick<HostPlan, "clock" | "drift"> = { clock: number * 100_000_000, drift: 0 },
): HostPlan {
  const last = HOST_BASE + number;
  return {
    name: `node0${number}`,
    mac: `02:00:00:00:00:${last}`,
    addresses: [
      { address: `192.168.150.${last}`, prefix: 24 },
      { address: `fe80::${last}`, prefix: 64 },
    ],
    instances: [{ ...LECTURE, ...settings, priority }],
    ...quartz,
  };
}
