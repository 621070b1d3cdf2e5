import { director } from "./directors.ts";
import type { Plan } from "./simulation.ts";

/** A story worth telling: what is simulated, and what there is to see. */
export interface Scenario {
  readonly name: string;
  /** One line for the list. */
  readonly summary: string;
  /** What to look for. */
  readonly story: string;
  readonly plan: Plan;
}

const SECOND = 1_000_000;
const MS = 1_000;

/** A quiet switch, as in the lab. */
const QUIET = { delay: 100, jitter: 100, loss: 0, duplication: 0, reorders: false };

/** node01 with priority 100 and node04 with 50, as in the lecture. */
const LECTURE = { hosts: [director(1, 100), director(4, 50)], quality: QUIET };

/** RFC 9568 with an advertisement each 10 ms. */
const FAST = { version: 3, advertInterval: 10 * MS } as const;

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "lecture-1",
    summary: "the master's link goes down and comes back: the lecture's first experiment",
    story:
      "node01 loses its interface at 10 s and has it again at 20 s. node04 takes over when " +
      "it has heard nothing for three intervals and its skew, and gives back to the higher " +
      "priority.",
    plan: {
      ...LECTURE,
      disturbances: [{ at: 10 * SECOND, kind: "link", host: "node01", duration: 10 * SECOND }],
      duration: 30 * SECOND,
    },
  },
  {
    name: "lecture-2",
    summary: "kill -9 of the master's daemon: the lecture's second experiment",
    story:
      "node01's daemon is killed at 10 s. With keepalived its address and rules stay, and " +
      "two directors hold one address. Here the lease runs out before node04 takes over.",
    plan: {
      ...LECTURE,
      disturbances: [{ at: 10 * SECOND, kind: "crash", host: "node01", duration: 15 * SECOND }],
      duration: 35 * SECOND,
    },
  },
  {
    name: "restart",
    summary: "the master's daemon is killed and back within its lease: nothing is lost",
    story: "node01's daemon dies at 10 s and starts again half a second later: it goes on.",
    plan: {
      ...LECTURE,
      disturbances: [{ at: 10 * SECOND, kind: "crash", host: "node01", duration: 0.5 * SECOND }],
      duration: 15 * SECOND,
    },
  },
  {
    name: "pause",
    summary: "SIGSTOP of the master's daemon, and SIGCONT when another has taken over",
    story:
      "node01's daemon stands still from 10 s to 18 s. When it goes on it knows by the " +
      "clock that its lease has lapsed, and asks before it holds again.",
    plan: {
      ...LECTURE,
      disturbances: [{ at: 10 * SECOND, kind: "pause", host: "node01", duration: 8 * SECOND }],
      duration: 28 * SECOND,
    },
  },
  {
    name: "one-way-cut",
    summary: "nothing of the master reaches the backup, everything of the backup the master",
    story:
      "From 10 s to 20 s node04 does not hear node01. It claims, and node01, which answers " +
      "and is not heard, lets go.",
    plan: {
      ...LECTURE,
      disturbances: [
        { at: 10 * SECOND, kind: "cut", host: "node01", to: "node04", duration: 10 * SECOND },
      ],
      duration: 32 * SECOND,
    },
  },
  {
    name: "preemption",
    summary: "a director with a higher priority starts while another holds",
    story:
      "node01 ends at 6 s and says so, and is back at 12 s: node04 takes over at once, and " +
      "lets go before node01 holds.",
    plan: {
      ...LECTURE,
      disturbances: [{ at: 6 * SECOND, kind: "stop", host: "node01", duration: 6 * SECOND }],
      duration: 22 * SECOND,
    },
  },
  {
    name: "three-directors",
    summary: "the master dies, then the next one: the third holds",
    story:
      "node01 is killed at 8 s, node04 at 16 s; node05 holds then, until both are back from " +
      "24 s.",
    plan: {
      hosts: [director(1, 150), director(4, 100), director(5, 50)],
      quality: QUIET,
      disturbances: [
        { at: 8 * SECOND, kind: "crash", host: "node01", duration: 18 * SECOND },
        { at: 16 * SECOND, kind: "crash", host: "node04", duration: 8 * SECOND },
      ],
      duration: 36 * SECOND,
    },
  },
  {
    name: "partition",
    summary: "neither hears the other: both hold, which VRRP alone cannot prevent",
    story:
      "From 8 s to 16 s no frame passes between them. Each must take the other for dead. It " +
      "takes a third opinion to do better.",
    plan: {
      ...LECTURE,
      disturbances: [
        { at: 8 * SECOND, kind: "cut", host: "node01", to: "node04", duration: 8 * SECOND },
        { at: 8 * SECOND, kind: "cut", host: "node04", to: "node01", duration: 8 * SECOND },
      ],
      duration: 24 * SECOND,
    },
  },
  {
    name: "v3-10ms",
    summary: "VRRP version 3 with an advertisement each 10 ms: the master's power fails",
    story: "node01 is off at 200 ms. node04 holds less than 100 ms later.",
    plan: {
      hosts: [director(1, 100, FAST), director(4, 50, FAST)],
      quality: QUIET,
      disturbances: [{ at: 200 * MS, kind: "power", host: "node01" }],
      duration: 320 * MS,
    },
  },
];
