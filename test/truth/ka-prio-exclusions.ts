import { type Exclusion, OWN_TIMER } from "./ka-vrrp-exclusions.ts";

const MOMENT =
  "lb2 is master for a moment until it hears lb1, which was started with it; here it claims, " +
  "hears lb1, and has never held";

export const PRIO_EXCLUSIONS: readonly Exclusion[] = [
  {
    section: "P7",
    differs: [
      /^state (missing|more): \S+ lb1 VI_1 (MASTER|BACKUP)$/,
      /^address (missing|more): \S+ lb1 [+-] /,
      /^advertisement missing: \S+ 02:00:00:00:00:10 .* priority (255|0) /,
      /^announcement (missing|more): \S+ 02:00:00:00:00:10 5 × /,
    ],
    reason:
      "the owner of the addresses listens first, as long as another director's lease can last: " +
      "only then nobody else holds them",
  },
  {
    section: "P10",
    differs: [
      /^state missing: 15\.\d+ lb1 VI_1 BACKUP$/,
      /^state missing: 16\.\d+ lb1 VI_1 FAULT$/,
    ],
    reason:
      "keepalived starts the script again beside a run that hangs, and takes the old one's end " +
      "for a failure later; here a script runs once at a time",
  },
  {
    section: "P11",
    differs: [
      /^state missing: 5\.\d+ lb2 VI_1 (MASTER|BACKUP)$/,
      /^announcement of missing: (5|10)\.\d+ lb2 /,
    ],
    reason: MOMENT,
  },
  {
    section: "P14",
    differs: [
      /^state (missing|more): \S+ lb2 VI_1 MASTER$/,
      /^address (missing|more): \S+ lb2 \+ 192\.168\.150\.100$/,
      /^announcement of (missing|more): \S+ lb2 192\.168\.150\.100$/,
    ],
    reason:
      "lb1 has said for VI_1 that it leaves: lb2 takes it over after its skew, and VI_2 when " +
      "lb1's lease has ended; keepalived lets VI_1 wait for VI_2",
  },
  {
    section: "P15",
    differs: [/^advertisement more: [6-8]\.\d+ 02:00:00:00:00:10 .* priority 100 /],
    reason: OWN_TIMER,
  },
  {
    section: "P16",
    differs: [/^advertisement more: [6-8]\.\d+ 02:00:00:00:00:10 .* priority 100 /],
    reason: OWN_TIMER,
  },
  {
    section: "P17",
    differs: [
      /^advertisement (missing|more): 1[0-2]\.\d+ 02:00:00:00:00:10 .* priority 100 /,
      /^advertisement more: 12\.\d+ 02:00:00:00:00:20 .* priority 90 /,
    ],
    reason: OWN_TIMER,
  },
  {
    section: "P17",
    differs: [
      /^state (missing|more): \S+ lb2 VI_1 MASTER$/,
      /^address (missing|more): \S+ lb2 \+ /,
      /^announcement (missing|more): \S+ 02:00:00:00:00:20 /,
    ],
    reason:
      "who starts waits until nobody's lease can last any more: 3.5625 intervals are longer " +
      "than three intervals and a skew where those are of 2 s",
  },
  {
    section: "P20",
    differs: [/^advertisement missing: \S+ 02:00:00:00:00:10 .* ah length /],
    reason: "AH is not spoken, which `weir check` says: the messages have no authentication",
  },
  {
    section: "P20",
    differs: [/^announcement more: /],
    reason: "this capture left ARP out",
  },
  {
    section: "P21",
    differs: [/^address more: \S+ lb1 - 192\.168\.150\.100$/],
    reason: "the addresses of a daemon that was killed go by themselves when its lease ends",
  },
  {
    section: "P27",
    differs: [/^announcement (missing: \S+ 00:00:5e:00:01:33|more: \S+ 02:00:00:00:00:10) /],
    reason: "use_vmac is not supported, which `weir check` says: the MAC address is the card's",
  },
  {
    section: "P28",
    differs: [
      /^advertisement missing: \S+ 00:00:5e:00:01:33 /,
      /^announcement (missing: \S+ 00:00:5e:00:01:33|more: \S+ 02:00:00:00:00:10) /,
    ],
    reason: "use_vmac is not supported, which `weir check` says: the MAC address is the card's",
  },
  {
    section: "P30",
    differs: [/^announcement (missing|more): \S+ 02:00:00:00:00:10 1 × /],
    reason:
      "with garp_interval keepalived sends four of the fifteen announcements of a round, in an " +
      "order of its own; here each address has its five, all in turn",
  },
  {
    section: "P31",
    differs: [
      /^state missing: [89]\.\d+ lb1 VI_1 (BACKUP|MASTER)$/,
      /^leave missing: 8\.\d+ lb1 /,
      /^announcement of missing: (9|14)\.\d+ lb1 /,
    ],
    reason: "an address that somebody has taken away is put back, and the master goes on",
  },
  {
    section: "P32",
    differs: [
      /^state missing: 6\.\d+ lb2 VI_1 (MASTER|BACKUP)$/,
      /^announcement missing: 6\.\d+ 02:00:00:00:00:20 /,
    ],
    reason: MOMENT,
  },
  {
    section: "P32",
    differs: [/^advertisement (missing: 21|more: 18)\.\d+ 02:00:00:00:00:10 .* priority 100 /],
    reason: OWN_TIMER,
  },
];
