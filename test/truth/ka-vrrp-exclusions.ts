/** What Weir does otherwise in a section: how such differences are told, and why. */
export interface Exclusion {
  readonly section: string;
  readonly differs: readonly RegExp[];
  readonly reason: string;
}

export const OWN_TIMER =
  "with each message that it refuses keepalived begins its own interval again, so that of two " +
  "masters one is silent; here a refused message changes nothing (RFC 9568 section 7.1)";

export const VRRP_EXCLUSIONS: readonly Exclusion[] = [
  {
    section: "5",
    differs: [/^address more: \S+ lb1 - 192\.168\.150\.100$/],
    reason: "the addresses of a daemon that was killed go by themselves when its lease ends",
  },
  {
    section: "6",
    differs: [/^address missing: \S+ lb1 - 192\.168\.150\.100$/],
    reason: "nothing is left over of a daemon that was killed, and nothing is to be taken away",
  },
  {
    section: "7",
    differs: [
      /^state missing: \S+ lb1 VI_1 (BACKUP|MASTER)$/,
      /^state missing: \S+ lb2 VI_1 (BACKUP|MASTER)$/,
      /^address missing: \S+ lb[12] [+-] 192\.168\.150\.100$/,
      /^advertisement missing: [4-9]\S+ 02:00:00:00:00:[12]0 /,
      /^advertisement missing: 1[01]\S+ 02:00:00:00:00:10 /,
      /^advertisement more: \S+ 02:00:00:00:00:10 .* priority 100 /,
      /^announcement missing: \S+ 02:00:00:00:00:[12]0 /,
      /^announcement more: [16]\S+ 02:00:00:00:00:10 /,
    ],
    reason: "a daemon that is back within its lease goes on as the master that it was",
  },
  {
    section: "9",
    differs: [
      /^state (missing|more): \S+ lb2 VI_1 MASTER$/,
      /^address (missing|more): \S+ lb1 - /,
      /^address (missing|more): \S+ lb2 \+ /,
      /^advertisement missing: \S+ 02:00:00:00:00:10 .* priority 0 /,
      /^advertisement (missing|more): \S+ 02:00:00:00:00:20 /,
      /^announcement (missing|more): \S+ 02:00:00:00:00:20 /,
    ],
    reason:
      "keepalived's children outlive their parent and leave in peace; Weir's daemon is one " +
      "process, and its death is that of section 5",
  },
  {
    section: "10",
    differs: [
      /^advertisement missing: 10\.101 02:00:00:00:00:10 .* priority 100 /,
      /^state (missing|more): 13\.\d+ lb2 VI_1 MASTER$/,
      /^announcement (missing|more): 1[38]\.\d+ 02:00:00:00:00:20 /,
    ],
    reason:
      "before a reload keepalived sends one advertisement more, from which lb2 counts; here the " +
      "elections go on over a reload",
  },
  {
    section: "10",
    differs: [/^announcement more: 10\.\d+ 02:00:00:00:00:10 5 × /],
    reason: "keepalived forgets over a reload what it had yet to announce, 5 s after its beginning",
  },
  {
    section: "10",
    differs: [/^advertisement more: 1[4-8]\.\d+ 02:00:00:00:00:10 .* priority 95 /],
    reason: OWN_TIMER,
  },
  {
    section: "13",
    differs: [
      /^advertisement (missing|more): [5-8]\.\d+ 02:00:00:00:00:20 .* priority 90 /,
      /^advertisement more: [67]\.\d+ 02:00:00:00:00:10 .* priority 95 /,
    ],
    reason: OWN_TIMER,
  },
];
