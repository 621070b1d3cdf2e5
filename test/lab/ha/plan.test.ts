/** What `weir diff` and `weir reload` say, of files that can be gone by and of others. */
import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { removePath } from "../../../src/kernel/linux/private-file.ts";
import { attempt, labHooks, labTest, on, until } from "../lab.ts";
import { type Election, electionFile } from "./election.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";
import { addressesOf, countsOf, endAndForget, logOf, rulesOf } from "./keeping.ts";
import { WEIR_DAEMON } from "./weir-daemon.ts";

const ha = haLab({ [MASTER]: WEIR_DAEMON, [BACKUP]: WEIR_DAEMON }, { prefix: "ha-plan" });
const { lab, topology } = ha;
labHooks({ before: ha.build, afterEach: () => endAndForget(ha) });

const ELECTION: Election = {
  version: 3,
  interval: 0.2,
  serves: true,
  servers: { "192.168.150.12": 1 },
};
const CHANGED: Election = {
  ...ELECTION,
  priorities: { [MASTER]: 90, [BACKUP]: 50 },
  servers: { "192.168.150.12": 0, "192.168.150.13": 2 },
};
const CHANGES = [
  "~ vrrp_instance VI_1: priority 100 → 90",
  "~ ipvsadm -e -t 192.168.150.100:80 -r 192.168.150.12:80 -g -w 0  ! new connections go elsewhere",
  "+ ipvsadm -a -t 192.168.150.100:80 -r 192.168.150.13:80 -g -w 2",
];

const write = (election: Election) => electionFile(lab, topology, MASTER, election).path;

async function startMaster(): Promise<string> {
  const file = electionFile(lab, topology, MASTER, ELECTION);
  await ha.start(MASTER, file);
  await ha.untilHeldBy(MASTER);
  return file.path;
}

async function lines(...words: string[]): Promise<string[]> {
  return (await on(lab, MASTER, "weir", ...words)).trimEnd().split("\n");
}

async function everything() {
  return { rules: await rulesOf(ha, MASTER), addresses: await addressesOf(ha, MASTER) };
}

async function assertElectedOnce(priority: number): Promise<void> {
  const counts = await countsOf(ha, MASTER);
  const { state, holding, becameMaster, releasedMaster } = counts;
  assert.deepEqual([state, holding, becameMaster, releasedMaster], ["MASTER", true, 1, 0]);
  assert.equal(counts.priority, priority);
}

labTest(
  "a diff says what a reload then does, and after it that there is nothing to do",
  async () => {
    const path = await startMaster();
    const before = await everything();
    const priorities = { [MASTER]: 50, [BACKUP]: 90 };
    const other = electionFile(lab, topology, BACKUP, { ...CHANGED, priorities });
    assert.deepEqual((await lines("diff", other.path)).toSorted(), CHANGES.toSorted());
    const nothing = `Nothing to change: the daemon goes by ${path} already`;
    assert.deepEqual(await lines("diff"), [nothing]);
    write(CHANGED);
    const told = await lines("diff");
    assert.deepEqual(told.toSorted(), CHANGES.toSorted());
    const plan = JSON.parse(await on(lab, MASTER, "weir", "diff", "--json"));
    assert.equal(plan.path, path);
    assert.deepEqual([plan.elections.length, plan.operations.length], [1, 2]);
    assert.deepEqual(await everything(), before);

    assert.deepEqual(await lines("reload"), told);
    assert.deepEqual(await rulesOf(ha, MASTER), [
      "192.168.150.100:80 rr",
      "192.168.150.100:80 to 192.168.150.13:80 weight 2",
      "192.168.150.100:80 to 192.168.150.12:80 weight 0",
    ]);
    assert.deepEqual(await lines("diff"), [nothing]);
    const again = JSON.parse(await on(lab, MASTER, "weir", "reload", "--json"));
    assert.deepEqual([again.elections, again.operations], [[], []]);
    await assertElectedOnce(90);
  },
);

labTest("a file with a brace too few, and one that cannot be read, change nothing", async () => {
  const path = await startMaster();
  const before = await everything();
  write(CHANGED);
  appendFileSync(path, "virtual_server 192.168.150.101 80 {\n");
  for (const verb of ["diff", "reload"]) {
    const ended = await attempt(lab, MASTER, "weir", verb);
    assert.deepEqual([ended.status, ended.stdout], [1, ""]);
    assert.match(ended.stderr, /^weir (?:diff|reload): \S+ has errors: \S+:\d+: .*\n$/);
  }
  removePath(path);
  for (const verb of ["diff", "reload"]) {
    const ended = await attempt(lab, MASTER, "weir", verb);
    assert.deepEqual([ended.status, ended.stdout], [1, ""]);
    assert.match(ended.stderr, /^weir \w+: The configuration file \S+ cannot be read/);
  }
  ha.signal(MASTER, "SIGHUP");
  await until("the signal is answered", async () => {
    // One for the verb, one for the signal.
    return logOf(ha, MASTER).split("cannot be read").length === 3;
  });
  assert.deepEqual(await everything(), before);
  await assertElectedOnce(100);
  assert.match(logOf(ha, MASTER), /has errors: .*; the configuration before it stays/);
});
