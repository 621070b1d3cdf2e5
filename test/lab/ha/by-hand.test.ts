/**
 * What somebody changes by hand: the file's own addresses and rules come back, and all else stays.
 */
import assert from "node:assert/strict";
import { labHooks, labTest, on, until } from "../lab.ts";
import { type Election, electionFile } from "./election.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";
import {
  addressesOf,
  endAndForget,
  logOf,
  rulesFor,
  untilRules,
  watchElection,
} from "./keeping.ts";
import { describeTimeline } from "./observer.ts";
import { untilSeen } from "./sight.ts";
import { WEIR_DAEMON } from "./weir-daemon.ts";

const ha = haLab({ [MASTER]: WEIR_DAEMON, [BACKUP]: WEIR_DAEMON }, { prefix: "ha-by-hand" });
const { lab, topology } = ha;
const { vip } = topology;
const SERVICE = ["-t", `${vip}:80`];
const [FIRST, SECOND, OWN] = ["192.168.150.12", "192.168.150.13", "192.168.150.99"];
labHooks({ before: ha.build, afterEach: () => endAndForget(ha) });

const ELECTION: Election = { version: 3, interval: 0.25, serves: true };
const RULES = rulesFor(ha, { [FIRST]: 1, [SECOND]: 1 });

async function startMaster(): Promise<void> {
  await ha.start(MASTER, electionFile(lab, topology, MASTER, ELECTION));
  await ha.untilHeldBy(MASTER);
}

labTest("the VIP comes back to the master's interface, and nobody is elected for it", async () => {
  const watch = await watchElection(ha, ELECTION);
  await on(lab, MASTER, "ip", "address", "del", `${vip}/24`, "dev", "eth0");
  await until("the VIP is back", async () => (await addressesOf(ha, MASTER)).includes(vip));
  await untilSeen(watch, MASTER);
  await watch.stop();
  const told = describeTimeline(watch.moments);
  assert.deepEqual(watch.violations, [], told);
  const others = watch.moments.flatMap(({ answers, forwards }) => [...answers, ...forwards]);
  assert.ok(!others.includes(BACKUP), told);
});

labTest("what somebody deletes comes back, and the log says so", async () => {
  await startMaster();
  await on(lab, MASTER, "ipvsadm", "-d", ...SERVICE, "-r", FIRST);
  await untilRules(ha, MASTER, RULES);
  assert.match(logOf(ha, MASTER), /by hand, with 1 rules/);
  await on(lab, MASTER, "ipvsadm", "-D", ...SERVICE);
  await untilRules(ha, MASTER, RULES);
  assert.match(logOf(ha, MASTER), /by hand, with 3 rules/);
});

labTest(
  "what somebody adds or changes stays, until the file says something new of it",
  async () => {
    await startMaster();
    await on(lab, MASTER, "ipvsadm", "-A", "-t", `${vip}:8080`, "-s", "wlc");
    await on(lab, MASTER, "ipvsadm", "-a", "-t", `${vip}:8080`, "-r", FIRST, "-w", "7");
    await on(lab, MASTER, "ipvsadm", "-a", ...SERVICE, "-r", OWN);
    await on(lab, MASTER, "ipvsadm", "-e", ...SERVICE, "-r", FIRST, "-w", "0");
    // What comes back shows that the rules were looked at meanwhile.
    await on(lab, MASTER, "ipvsadm", "-d", ...SERVICE, "-r", SECOND);
    const own = [`${vip}:8080 wlc`, `${vip}:8080 to ${FIRST}:8080 weight 7`];
    await untilRules(ha, MASTER, [...rulesFor(ha, { [FIRST]: 0, [SECOND]: 1, [OWN]: 1 }), ...own]);
    // The file has something new of the one, and nothing of the other.
    electionFile(lab, topology, MASTER, { ...ELECTION, servers: { [FIRST]: 1, [SECOND]: 5 } });
    await on(lab, MASTER, "weir", "reload");
    await untilRules(ha, MASTER, [...rulesFor(ha, { [FIRST]: 0, [SECOND]: 5, [OWN]: 1 }), ...own]);
    electionFile(lab, topology, MASTER, { ...ELECTION, servers: { [FIRST]: 4, [SECOND]: 5 } });
    await on(lab, MASTER, "weir", "reload");
    await untilRules(ha, MASTER, [...rulesFor(ha, { [FIRST]: 4, [SECOND]: 5, [OWN]: 1 }), ...own]);
  },
);
