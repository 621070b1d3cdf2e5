import assert from "node:assert/strict";
import { SWITCH } from "../../src/cli/lab/topology.ts";
import { type Capture, capture } from "../lab/capture.ts";
import type { Implementation } from "../lab/ha/directors.ts";
import { electionFile } from "../lab/ha/election.ts";
import { BACKUP, type DirectorName, type HaLab, haLab, MASTER } from "../lab/ha/ha-lab.ts";
import { labHooks, labTest, until } from "../lab/lab.ts";
import { MEETINGS, type Meeting } from "./elections.ts";

/**
 * Advertisements after which a backup that hears none of them would have taken the VIP: it waits
 * for fewer than four.
 */
const ENOUGH = 6;
/** A port of the switch sees both ways, unicast too. */
const ADVERTISEMENTS = ["ip", "proto", "112", "or", "ip6", "proto", "112"];

/**
 * Tests of two directors, `first` being the master of each election where nothing is wrong. Each
 * side is an implementation: the tests are the same for two of one kind, one of each, and the
 * other way round.
 */
export function meetingsOf(first: Implementation, second: Implementation): void {
  const directors = { [MASTER]: first, [BACKUP]: second };
  const title = `${first.name} as master, ${second.name} as backup`;
  for (const ipv6 of [false, true]) {
    const prefix = `io-${first.name.slice(0, 1)}${second.name.slice(0, 1)}${ipv6 ? "-six" : ""}`;
    const ha = haLab(directors, { ipv6, prefix });
    labHooks({ before: ha.build });
    for (const meeting of MEETINGS.filter((each) => (each.ipv6 ?? false) === ipv6)) {
      labTest(`${title}: ${meeting.name}`, () => meet(ha, meeting));
    }
    if (!ipv6) labTest(`${title}: two passwords`, () => disagree(ha));
  }
}

/**
 * The one of higher priority comes first and stays master when the other comes. It ends, and hands
 * over by priority 0 (RFC 9568 section 6.4.3); it returns, and takes the VIP back or does not.
 */
async function meet(ha: HaLab, { election, shown, returns }: Meeting): Promise<void> {
  const start = (host: DirectorName) =>
    ha.start(host, electionFile(ha.lab, ha.topology, host, election));
  await start(MASTER);
  await ha.untilHeldBy(MASTER);
  const seen = await capture(ha.lab, SWITCH, MASTER, ...ADVERTISEMENTS);
  try {
    await start(BACKUP);
    const heard = countOf(seen, MASTER);
    await until("the backup has heard enough", async () => countOf(seen, MASTER) > heard + ENOUGH);
    assert.deepEqual(await ha.holders(), [MASTER]);
    assert.equal(countOf(seen, BACKUP), 0, seen.lines().join("\n"));
    assert.match(seen.lines()[0]!, shown);

    ha.signal(MASTER, "SIGTERM");
    await ha.untilHeldBy(BACKUP);
    assert.match(seen.lines().filter(by(MASTER)).at(-1)!, /prio 0, /);

    await until("the first has ended", async () => {
      return ha.directors[MASTER].processes(ha.lab, MASTER).length === 0;
    });
    await start(MASTER);
    const answered = countOf(seen, BACKUP);
    if (returns) await ha.untilHeldBy(MASTER);
    else {
      await until("the second goes on", async () => countOf(seen, BACKUP) > answered + ENOUGH);
      assert.deepEqual(await ha.holders(), [BACKUP]);
    }
  } finally {
    await seen.stop();
    await ha.end();
  }
}

/** Each drops what the other sends (RFC 2338 section 7.1): as if there were two elections. */
async function disagree(ha: HaLab): Promise<void> {
  const password = (word: string) => [
    "authentication {",
    "auth_type PASS",
    `auth_pass ${word}`,
    "}",
  ];
  const more = { [MASTER]: password("1111"), [BACKUP]: password("2222") };
  try {
    for (const host of [MASTER, BACKUP] as const) {
      const election = { version: 2, interval: 1, more } as const;
      await ha.start(host, electionFile(ha.lab, ha.topology, host, election));
    }
    await ha.untilHeldBy(MASTER, BACKUP);
  } finally {
    await ha.end();
  }
}

function countOf(seen: Capture, host: DirectorName): number {
  return seen.lines().filter(by(host)).length;
}

/** Whether a line of tcpdump is of a frame that this director sent. */
function by(host: DirectorName): (line: string) => boolean {
  const mac = `02:00:00:00:00:${host === MASTER ? "11" : "14"}`;
  return (line) => line.startsWith(mac);
}
