import type { Script } from "../base/script.ts";

/**
 * What an administrator decides about elections: VRRP instances, their sync groups, and what moves
 * their priorities. Times are in microseconds, addresses canonical text (RFC 5952 for IPv6).
 */

export type VrrpVersion = 2 | 3;

export interface VirtualAddress {
  readonly address: string;
  /** Prefix length; 32 and 128 where the configuration names none. */
  readonly prefix: number;
  /** Interface that gets the address; absent for that of the instance. */
  readonly device?: string;
  readonly label?: string;
  /** RT_SCOPE_*: 0 global, 253 link, 254 host. */
  readonly scope?: number;
  readonly broadcast?: string;
  /** Its loss by somebody else's hand is no reason to leave (`no_track`). */
  readonly untracked?: boolean;
}

/** A route that exists while the instance is master; the grammar of ip-route(8), a part of it. */
export interface VirtualRoute {
  readonly destination: string;
  readonly gateway?: string;
  readonly source?: string;
  readonly device?: string;
  readonly metric?: number;
  readonly table?: number;
  readonly scope?: number;
  readonly blackhole?: boolean;
  readonly untracked?: boolean;
}

export interface UnicastPeer {
  readonly address: string;
  readonly minTtl?: number;
  readonly maxTtl?: number;
}

/** Gratuitous ARP and unsolicited NA: keepalived.conf(5) garp_*. */
export interface GratuitousSettings {
  /** Messages for each address on becoming master, and again after `delay`; 0 for once. */
  readonly repeat: number;
  readonly delay: number;
  /** 0 for none; else again so often, `refreshRepeat` messages. */
  readonly refresh: number;
  readonly refreshRepeat: number;
  /** The same after an advertisement of somebody with a lower priority. */
  readonly lowerPriorityDelay: number;
  readonly lowerPriorityRepeat: number;
  /** Least time between two ARP messages, and between two NA messages, of an interface. */
  readonly arpInterval: number;
  readonly naInterval: number;
}

/** Something watched, by name, and what it does: without a weight its failure is a fault. */
export interface Track {
  readonly kind: "interface" | "script" | "file" | "process";
  readonly name: string;
  /** 0: a failure is a fault. Else added while it is fine (positive) or has failed (negative). */
  readonly weight: number;
  /** The weight's sense is turned round. */
  readonly reverse: boolean;
}

export interface Notify {
  readonly master?: Script;
  readonly backup?: Script;
  readonly fault?: Script;
  readonly stop?: Script;
  readonly deleted?: Script;
  readonly masterReceivesLower?: Script;
  /** Called at every change with kind, name, state and priority. */
  readonly any?: Script;
}

export interface InstanceSettings {
  readonly name: string;
  readonly family: 4 | 6;
  readonly version: VrrpVersion;
  readonly interface: string;
  /** Virtual router identifier, 1 to 255. */
  readonly router: number;
  readonly startState: "master" | "backup";
  /** 1 to 255; 255 owns the addresses. */
  readonly priority: number;
  /** v2 whole seconds; v3 10 ms to 40.95 s. */
  readonly advertInterval: number;
  readonly preempt: boolean;
  readonly preemptDelay: number;
  /** Absent for the interface's primary address (IPv4) or link-local one (IPv6). */
  readonly source?: string;
  /** Empty: multicast. */
  readonly peers: readonly UnicastPeer[];
  readonly checkUnicastSource: boolean;
  readonly unicastTtl: number;
  /** Multicast group: 224.0.0.18 or ff02::12 (RFC 9568 section 5.1.1.2). */
  readonly group: string;
  /** v2 simple password, at most 8 bytes (RFC 2338 section 5.3.6.2). */
  readonly password?: string;
  /** v3 over IPv4: the checksum covers the message alone (RFC 9568), not a pseudo-header too. */
  readonly checksumWithoutPseudoHeader: boolean;
  /** In every advertisement, in this order. */
  readonly addresses: readonly VirtualAddress[];
  /** Held like them, and never advertised; of either family. */
  readonly excluded: readonly VirtualAddress[];
  readonly routes: readonly VirtualRoute[];
  readonly acceptMode: boolean;
  /**
   * `lower_prio_no_advert`: not to answer a lower priority. Read, and not followed: a claimant that
   * is not answered would take the addresses from under a master.
   */
  readonly lowerPriorityNoAdvert: boolean;
  readonly higherPrioritySendsAdvert: boolean;
  /** Advertisements that a backup waits for: 3. */
  readonly downTimerAdverts: number;
  readonly skipAddressCheck: boolean;
  readonly garp: GratuitousSettings;
  readonly tracks: readonly Track[];
  /** The instance does not mind its own interface being down (`dont_track_primary`). */
  readonly ignoresOwnInterface: boolean;
  readonly notify: Notify;
  readonly mails: boolean;
  readonly notifiesPriority: boolean;
}

export interface GroupSettings {
  readonly name: string;
  /** Instances by name: they move together. */
  readonly members: readonly string[];
  readonly tracks: readonly Track[];
  /** Tracks of the members with a weight count for all of them. */
  readonly sharesTracks: boolean;
  readonly notify: Notify;
  readonly mails: boolean;
}

/** A program that says by its exit status whether something is fine. */
export interface TrackScript {
  readonly name: string;
  readonly script: Script;
  readonly interval: number;
  readonly timeout: number;
  readonly weight: number;
  readonly reverse: boolean;
  readonly rise: number;
  readonly fall: number;
  readonly startsFailed: boolean;
}

/** A file whose number is a weight. */
export interface TrackFile {
  readonly name: string;
  readonly path: string;
  readonly weight: number;
  readonly reverse: boolean;
  /** Written at the start, where the configuration says so. */
  readonly initial?: { readonly value: number; readonly overwrites: boolean };
}

/** Processes of one name, counted. */
export interface TrackProcess {
  readonly name: string;
  /** Words of the command; only the first must match without `parameters`. */
  readonly command: readonly string[];
  readonly parameters: "ignored" | "exact" | "partial" | "initial";
  /** The command's words are taken from /proc/PID/cmdline, not from its name alone. */
  readonly fullCommand: boolean;
  readonly weight: number;
  readonly reverse: boolean;
  readonly quorum: number;
  readonly quorumMax: number;
  readonly forkDelay: number;
  readonly terminateDelay: number;
}
