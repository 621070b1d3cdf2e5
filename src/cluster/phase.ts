import type { Announcements } from "./announcements.ts";
import type { Contenders } from "./contenders.ts";
import type { Others } from "./others.ts";
import type { InstanceSettings } from "./settings.ts";

/**
 * A virtual router on one interface: the state machine of RFC 9568 section 6.4, and of RFC 3768
 * section 6.4 for version 2, with one state more. Whom the RFC calls master is here first a
 * claimant, who advertises and holds nothing, and then a master, who holds the addresses by a lease
 * that each advertisement renews. Between the two lies the proof that nobody else holds them: that
 * nobody better answers, and that everybody who was heard before has said that it left, or can hold
 * no longer.
 *
 * All times are in microseconds of one clock.
 */
export interface Instance {
  readonly settings: InstanceSettings;
  /** With what is tracked: 1 to 254, or 255 for the owner of the addresses. */
  readonly priority: number;
  /** Who else may hold the addresses now. */
  readonly others: Others;
  readonly phase: Phase;
}

export type Phase = Initialize | Backup | Claim | Master | Fault | Stopped;

export interface Initialize {
  readonly kind: "initialize";
}

export interface Backup {
  readonly kind: "backup";
  /** Master_Adver_Interval: of whom it heard last, or its own. */
  readonly masterInterval: number;
  /** When the Master_Down_Timer fires. */
  readonly downAt: number;
  /** Until when it puts up with a master of a lower priority (preempt_delay). */
  readonly preemptAt?: number;
}

export interface Claim {
  readonly kind: "claim";
  readonly advertAt: number;
  /** Advertisements of the opening volley that are still to come. */
  readonly volley: number;
  /** Once the volley is out: when whoever objects has had its time. */
  readonly readyAt: number;
  /** The advertisement that pays for the lease is on its way. */
  readonly asked: boolean;
}

export interface Master {
  readonly kind: "master";
  readonly advertAt: number;
  /** Advertisements that follow the last one quickly. */
  readonly volley: number;
  /** The end of the lease that the last advertisement paid for. */
  readonly leaseUntil: number;
  /** Until then advertisements pay for no lease: it has yet to hear whether somebody claims. */
  readonly renewFrom: number;
  /** When the last advertisement was sent. */
  readonly sentAt: number;
  /** The lease that the advertisement on its way pays for; 0 for none. */
  readonly paying: number;
  readonly announcements: Announcements;
  /** Who has a lower priority, and advertises although it is answered. */
  readonly contenders: Contenders;
}

export interface Fault {
  readonly kind: "fault";
}

export interface Stopped {
  readonly kind: "stopped";
}
