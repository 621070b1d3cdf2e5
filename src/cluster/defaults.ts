import type { InstanceSettings } from "./settings.ts";

/** What nobody has to say of an instance: the defaults of keepalived.conf(5), over IPv4. */
export const INSTANCE_DEFAULTS: Omit<
  InstanceSettings,
  "name" | "interface" | "router" | "addresses"
> = {
  family: 4,
  version: 2,
  startState: "backup",
  priority: 100,
  advertInterval: 1_000_000,
  preempt: true,
  preemptDelay: 0,
  peers: [],
  checkUnicastSource: false,
  unicastTtl: 255,
  group: "224.0.0.18",
  checksumWithoutPseudoHeader: false,
  excluded: [],
  routes: [],
  acceptMode: true,
  lowerPriorityNoAdvert: false,
  higherPrioritySendsAdvert: false,
  downTimerAdverts: 3,
  skipAddressCheck: false,
  garp: {
    repeat: 5,
    delay: 5_000_000,
    refresh: 0,
    refreshRepeat: 1,
    lowerPriorityDelay: 5_000_000,
    lowerPriorityRepeat: 5,
    arpInterval: 0,
    naInterval: 0,
  },
  tracks: [],
  ignoresOwnInterface: false,
  notify: {},
  mails: false,
  notifiesPriority: false,
};
