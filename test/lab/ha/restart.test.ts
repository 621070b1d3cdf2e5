/** A director's daemon that ends, one way or another, and is started again. */
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { startDaemon } from "../../../src/cli/lab/hosts.ts";
import { daemonName, socketPath } from "../../../src/cli/lab/names.ts";
import { readLab } from "../../../src/cli/lab/record.ts";
import { DirectorClient } from "../../../src/daemon/api/client.ts";
import { appliedPath } from "../../../src/daemon/api/socket-path.ts";
import { openConnections } from "../connections.ts";
import { labHooks, labTest, on, until } from "../lab.ts";
import { type Election, electionFile } from "./election.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";
import {
  addressesOf,
  countsOf,
  endAndForget,
  logOf,
  rulesFor,
  story,
  untilRules,
  watchElection,
  writeFiles,
} from "./keeping.ts";
import { describeTimeline } from "./observer.ts";
import { requestAgainAndAgain } from "./requester.ts";
import { untilSeen } from "./sight.ts";
import { WEIR_DAEMON } from "./weir-daemon.ts";

const ha = haLab({ [MASTER]: WEIR_DAEMON, [BACKUP]: WEIR_DAEMON }, { prefix: "ha-restart" });
const { lab, topology } = ha;
const { vip, port } = topology;
const [FIRST, SECOND, OWN] = ["192.168.150.12", "192.168.150.13", "192.168.150.99"];
labHooks({ before: ha.build, afterEach: () => endAndForget(ha) });

const ELECTION: Election = { version: 3, interval: 0.5, serves: true };
/** Its leases are longer than a daemon needs to start, on a machine that has much else to do. */
const SLOW: Election = { ...ELECTION, interval: 3 };

/** Until nobody listens at its socket any more: a process is out of sight some time before that. */
async function endMaster(signal: NodeJS.Signals): Promise<void> {
  ha.signal(MASTER, signal);
  const client = new DirectorClient(socketPath(lab, MASTER));
  await until("the daemon has ended", async () => {
    const status = await client.status();
    return !status.ok && status.fault.code === "NO_DAEMON";
  });
}

labTest(
  "a master that is killed and started within its lease goes on: nobody notices",
  async () => {
    const watch = await watchElection(ha, ELECTION);
    const seen = watch.moments.length;
    writeFiles(ha, SLOW);
    ha.signal(BACKUP, "SIGHUP");
    await on(lab, MASTER, "weir", "reload");
    await countsOf(ha, MASTER);
    const held = openConnections(lab, vip, port, 10);
    await held.ports;
    const servedBy = await held.ask();
    const client = await requestAgainAndAgain(lab, vip, port);
    await endMaster("SIGKILL");
    await ha.start(MASTER);
    const { state, holding, becameMaster, releasedMaster } = await countsOf(ha, MASTER);
    const answers = await client.stop();
    await watch.stop();
    const told = story(watch, answers);
    assert.equal(answers.failures.length, 0, told);
    assert.equal(watch.moments.length, seen, told);
    assert.deepEqual(watch.violations, [], told);
    assert.deepEqual([state, holding, becameMaster, releasedMaster], ["MASTER", true, 1, 0]);
    assert.deepEqual(await held.ask(), servedBy);
    await untilRules(ha, MASTER, rulesFor(ha, { [FIRST]: 1, [SECOND]: 1 }));
    await held.close();
  },
);

labTest("a master that is stopped hands over, and as it comes back it preempts", async () => {
  const watch = await watchElection(ha, ELECTION);
  await endMaster("SIGTERM");
  await untilSeen(watch, BACKUP);
  assert.ok(!(await addressesOf(ha, MASTER)).includes(vip));
  const logged = logOf(ha, MASTER).length;
  await ha.start(MASTER);
  await untilSeen(watch, MASTER);
  await ha.untilHeldBy(MASTER);
  const [master, backup] = await Promise.all([countsOf(ha, MASTER), countsOf(ha, BACKUP)]);
  await watch.stop();
  const told = describeTimeline(watch.moments);
  assert.deepEqual(watch.violations, [], told);
  assert.deepEqual([master.state, master.becameMaster], ["MASTER", 1]);
  assert.match(logOf(ha, MASTER).slice(logged), /Is backup.*Hears nobody better: claims/s);
  assert.deepEqual([backup.state, backup.becameMaster, backup.releasedMaster], ["BACKUP", 1, 1]);
});

labTest(
  "a file's rules stay in the tables, and go when the next file has them no more",
  async () => {
    const election = { ...ELECTION, interval: 0.25 };
    await ha.start(MASTER, electionFile(lab, topology, MASTER, election));
    await ha.untilHeldBy(MASTER);
    const applied = statSync(appliedPath(daemonName(lab, MASTER)));
    assert.equal(applied.mode & 0o777, 0o600);
    await on(lab, MASTER, "ipvsadm", "-A", "-t", `${vip}:8080`, "-s", "wlc");
    await on(lab, MASTER, "ipvsadm", "-e", "-t", `${vip}:80`, "-r", FIRST, "-w", "0");
    await on(lab, MASTER, "ipvsadm", "-a", "-t", `${vip}:80`, "-r", OWN);
    const byHand = `${vip}:8080 wlc`;
    await endMaster("SIGKILL");
    const fewer = { ...election, servers: { [FIRST]: 1 } };
    await ha.start(MASTER, electionFile(lab, topology, MASTER, fewer));
    const rules = [...rulesFor(ha, { [FIRST]: 0, [OWN]: 1 }), byHand];
    await untilRules(ha, MASTER, rules);

    await endMaster("SIGTERM");
    const plain = await startDaemon(readLab(lab)!, MASTER);
    assert.ok(plain.ok);
    await untilRules(ha, MASTER, rules);
    await endMaster("SIGTERM");
    const without = { ...election, serves: false };
    await ha.start(MASTER, electionFile(lab, topology, MASTER, without));
    await untilRules(ha, MASTER, [byHand]);
  },
);
