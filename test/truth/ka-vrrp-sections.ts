import { sectionsOf } from "./ka-vrrp-capture.ts";
import type { PlayedEvent } from "./ka-vrrp-play.ts";
import { masterSince, type Story } from "./ka-vrrp-stories.ts";

/** The sections of ka-vrrp.txt and how each is played. */

export const VRRP_SECTIONS = sectionsOf("./ka-vrrp.txt").filter(({ number }) =>
  /^\d+$/.test(number),
);

const [LECTURE] = sectionsOf("./ka-vrrp.txt");
/** The configuration as the capture has it, without what it says of `keepalived -t`. */
const MASTER = LECTURE!.text.split("\n").slice(1).join("\n").split("$ keepalived")[0]!;
const BACKUP = MASTER.replace("state MASTER", "state BACKUP").replace(
  "priority 100",
  "priority 90",
);
const SECOND_ADDRESS = "        192.168.150.101/24 dev eth0 label eth0:4";
const CHANGED = MASTER.replace("priority 100", "priority 95")
  .replace("150.12 80", "150.13 80")
  .replace(/^.*label eth0:3$/m, `$&\n${SECOND_ADDRESS}`);
const BROKEN = CHANGED.replace("priority 95", "priority abc").replace(
  "lb_algo rr",
  "lb_algo nosuch",
);

const NONE = { lb1: [], lb2: [] };
const LONG_AGO = -20;

/** lb1 has been master since, and lb2 is its backup. */
function settled(since: number): readonly PlayedEvent[] {
  const backup = { at: since + 1, kind: "start", host: "lb2", text: BACKUP } as const;
  return [masterSince("lb1", MASTER, since), backup];
}

/** Two masters that do not hear each other, since their addresses differ. */
function apart(first: number, second: number): readonly PlayedEvent[] {
  return [masterSince("lb1", CHANGED, first), masterSince("lb2", BACKUP, second)];
}

export const VRRP_STORIES: Readonly<Record<string, Story>> = {
  "1": { configurations: { lb1: [MASTER], lb2: [BACKUP] } },
  "2": { configurations: NONE, before: settled(LONG_AGO + 7.921) },
  "3": { configurations: NONE, before: settled(LONG_AGO + 8.197) },
  "4": { configurations: { lb1: [MASTER], lb2: [] }, before: settled(LONG_AGO + 8.766) },
  "5": { configurations: NONE, before: settled(LONG_AGO + 7.818) },
  "6": {
    configurations: { lb1: [MASTER], lb2: [] },
    before: [masterSince("lb2", BACKUP, LONG_AGO + 7.81)],
  },
  "7": {
    configurations: NONE,
    before: settled(LONG_AGO + 7.638),
    more: [
      { at: 0.944, kind: "kill", host: "lb1" },
      { at: 1.109, kind: "start", host: "lb1", text: MASTER },
    ],
  },
  "8": { configurations: NONE, before: settled(LONG_AGO + 8.265) },
  "9": {
    configurations: NONE,
    before: settled(LONG_AGO + 7.758),
    more: [{ at: 1.125, kind: "kill", host: "lb1" }],
  },
  "10": { configurations: { lb1: [MASTER, CHANGED], lb2: [BACKUP] } },
  "11": { configurations: { lb1: [BROKEN], lb2: [] }, before: apart(-12, -8) },
  "12": { configurations: { lb1: [], lb2: [BACKUP] } },
  "13": {
    configurations: { lb1: [CHANGED], lb2: [] },
    before: [masterSince("lb2", BACKUP, -4.264)],
  },
  "14": { configurations: NONE, before: apart(-4.336, -12) },
};
