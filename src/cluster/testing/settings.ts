import { INSTANCE_DEFAULTS } from "../defaults.ts";
import type { InstanceSettings } from "../settings.ts";

/** The lecture's instance: VI_1 with router 51 on eth0, for 192.168.150.100. */
export function instanceSettings(special: Partial<InstanceSettings> = {}): InstanceSettings {
  return {
    ...INSTANCE_DEFAULTS,
    name: "VI_1",
    interface: "eth0",
    router: 51,
    addresses: [{ address: "192.168.150.100", prefix: 32 }],
    ...special,
  };
}
