/**
 * The outside watch: `node watch.ts LAB`, of a lab of the kind "ha" or "ha-ipv6".
 *
 * Every ROUND_MS it sends a round of probes from the client: one question for the VIP's MAC
 * address to everybody, and SYNs for the VIP to each director's own MAC address, in the order A,
 * B, A, B. It sees the probes leave the client's interface, answers reach it, and SYNs reach the
 * real servers with the MAC address of the director that sent them on. Only what arrives counts: a
 * director whose cable is cut outwards neither answers nor forwards. judge.ts says what follows.
 *
 * It writes a line of JSON for each change of who answers and forwards, and for each violation;
 * and at the end, when its standard input does, how much it has watched.
 */
import { argv, stdin, stdout } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { readLab } from "../../../src/cli/lab/record.ts";
import { hostsOf, TOPOLOGIES } from "../../../src/cli/lab/topology.ts";
import { JUDGED_LATER, Judge, type Moment, type Probe, type Violation } from "./judge.ts";
import { ASKERS, type Ends, question, readFrame, type Seen, syn } from "./probe-frames.ts";
import { openTaps } from "./sniffer.ts";

export interface Watched {
  readonly rounds: number;
  /** Rounds of which not every probe was seen to leave the client. */
  readonly incomplete: number;
  /** The longest time from one round to the next, in microseconds. */
  readonly longestPause: number;
}

/** What a line of the watch's output says: one of them. */
export interface Line {
  /** The first: when it began, in milliseconds as Date.now() has them. */
  readonly began?: number;
  readonly moment?: Moment;
  readonly violation?: Violation;
  readonly watched?: Watched;
}

const ROUND_MS = 5;
/** Rounds until nothing more of a round is on its way. Less than ASKERS. */
const SETTLED = 20;
/** SYNs of one round have sequence numbers of one block. */
const BLOCK = 8;
const TIMES = 2;

/** A probe while it is under way; `sent` is 0 until it is seen to leave. */
type Open = { -readonly [key in keyof Probe]: Probe[key] };

interface OpenRound {
  readonly number: number;
  readonly probes: Open[];
}

const lab = argv[2]!;
const topology = TOPOLOGIES.get(readLab(lab)!.kind)!;
const directors = hostsOf(topology, "director");
const client = hostsOf(topology, "client")[0]!;
const servers = hostsOf(topology, "real server").map(({ name }) => name);
const ends: Ends = { ...client, vip: topology.vip, port: topology.port };
const nameOf = new Map(directors.map(({ mac, name }) => [mac, name]));

const [inside, ...others] = (await openTaps(lab, [client.name, ...servers])) as [
  Awaited<ReturnType<typeof openTaps>>[number],
  ...Awaited<ReturnType<typeof openTaps>>,
];
const began = Date.now();
const judge = new Judge(began * 1_000);
const open: OpenRound[] = [];
let [incomplete, longestPause, last] = [0, 0, 0];

function say(line: Line): void {
  stdout.write(`${JSON.stringify(line)}\n`);
}

function send(number: number): void {
  const asked = directors.map(({ name }) => ({ director: name, deed: "answers", sent: 0 }) as Open);
  const pushed = Array.from({ length: TIMES }, () => directors).flat();
  const round: OpenRound = {
    number,
    probes: [
      ...asked,
      ...pushed.map(({ name }) => ({ director: name, deed: "forwards", sent: 0 }) as Open),
    ],
  };
  open.push(round);
  inside.send(question(ends, number % ASKERS));
  for (const [at, { mac }] of pushed.entries()) {
    inside.send(syn(ends, mac, number * BLOCK + directors.length + at));
  }
}

/** The probes that a frame is about: a question is one to each director. */
function probesOf({ deed, mark, from, is }: Seen): Open[] {
  if (deed === "forwards") {
    const round = open.find(({ number }) => number === Math.floor(mark / BLOCK));
    const probe = round?.probes[mark % BLOCK];
    if (probe === undefined) return [];
    // What left for one director and came from another was sent on by a third: nobody's deed.
    return is === "probe" || probe.director === nameOf.get(from) ? [probe] : [];
  }
  const round = open.findLast(({ number }) => number % ASKERS === mark);
  const asked = round?.probes.filter((probe) => probe.deed === "answers") ?? [];
  return is === "probe" ? asked : asked.filter(({ director }) => director === nameOf.get(from));
}

function collect(): void {
  for (const tap of [inside, ...others]) {
    for (const { at, frame } of tap.drain()) {
      const seen = readFrame(ends, frame);
      if (seen === undefined) continue;
      for (const probe of probesOf(seen)) {
        if (seen.is === "effect") probe.seen ??= at;
        // The switch floods what it has no port for: only the client's own frames are leaving.
        else if (tap === inside) probe.sent = at;
      }
    }
  }
}

function settle(round: OpenRound): void {
  if (round.probes.some(({ sent }) => sent === 0)) {
    incomplete++;
    return;
  }
  const begin = round.probes[0]!.sent;
  if (last > 0) longestPause = Math.max(longestPause, begin - last);
  last = begin;
  const { moment, violations } = judge.add(round);
  if (moment) say({ moment });
  for (const violation of violations) say({ violation });
}

let left = Number.POSITIVE_INFINITY;
stdin.resume().once("end", () => {
  left = SETTLED + JUDGED_LATER;
});
say({ began });
let rounds = 0;
for (; left > 0; rounds++, left--) {
  send(rounds);
  await sleep(ROUND_MS);
  collect();
  while (open.length > SETTLED) settle(open.shift()!);
}
say({ watched: { rounds, incomplete, longestPause: Math.round(longestPause) } });
