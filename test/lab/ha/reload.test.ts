/**
 * A file that has changed while the directors run: nobody loses a packet, and nobody is elected.
 */
import assert from "node:assert/strict";
import { LAB_FOLDER } from "../../../src/cli/lab/names.ts";
import { openConnections } from "../connections.ts";
import { labHooks, labTest, on, until } from "../lab.ts";
import type { Election } from "./election.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";
import {
  addressesOf,
  countsOf,
  endAndForget,
  rulesFor,
  story,
  untilRules,
  watchElection,
  writeFiles,
} from "./keeping.ts";
import { requestAgainAndAgain } from "./requester.ts";
import { WEIR_DAEMON } from "./weir-daemon.ts";

const ha = haLab({ [MASTER]: WEIR_DAEMON, [BACKUP]: WEIR_DAEMON }, { prefix: "ha-reload" });
const { vip, port } = ha.topology;
const [KEPT, OTHER] = ["192.168.150.12", "192.168.150.13"];
const SECOND_VIP = "192.168.150.101";
labHooks({ before: ha.build, afterEach: () => endAndForget(ha) });

/** A tracked file is read a moment after the start only: a reload must not forget what it said. */
const TRACKED = `${LAB_FOLDER}/${ha.lab}.tracked`;
const ELECTION: Election = {
  version: 3,
  interval: 0.5,
  serves: true,
  also: ["vrrp_track_file load {", `  file ${TRACKED}`, "  weight 0", "  init_file 0", "}"],
  more: { both: ["track_file {", "  load", "}"] },
};

/** One director is told by the verb, the other by the signal. */
async function reloadBoth(election: Election): Promise<void> {
  writeFiles(ha, election);
  await on(ha.lab, MASTER, "weir", "reload");
  ha.signal(BACKUP, "SIGHUP");
}

async function untilBoth(servers: Readonly<Record<string, number>>): Promise<void> {
  for (const host of [MASTER, BACKUP] as const) await untilRules(ha, host, rulesFor(ha, servers));
}

labTest(
  "reloads lose no request and no connection of a kept server, and elect nobody",
  async () => {
    const watch = await watchElection(ha, { ...ELECTION, servers: { [KEPT]: 1 } });
    const seen = watch.moments.length;
    const held = openConnections(ha.lab, vip, port, 10);
    await held.ports;
    const asksKept = async () => {
      assert.deepEqual(new Set(await held.ask()), new Set([`from ${KEPT}`]));
    };
    await asksKept();
    const client = await requestAgainAndAgain(ha.lab, vip, port);

    const priorities = { [MASTER]: 120, [BACKUP]: 60 };
    const grown = { ...ELECTION, priorities, addresses: [SECOND_VIP] };
    await reloadBoth({ ...grown, servers: { [KEPT]: 3, [OTHER]: 1 } });
    await untilBoth({ [KEPT]: 3, [OTHER]: 1 });
    await until("the master has the second VIP", async () => {
      return (await addressesOf(ha, MASTER)).includes(SECOND_VIP);
    });
    await asksKept();

    // Whoever takes a server out quiesces it first: its connections end with it.
    await reloadBoth({ ...grown, servers: { [KEPT]: 3, [OTHER]: 0 } });
    await untilBoth({ [KEPT]: 3, [OTHER]: 0 });
    await reloadBoth({ ...ELECTION, servers: { [KEPT]: 1 } });
    await untilBoth({ [KEPT]: 1 });
    await until("the second VIP is gone", async () => {
      return !(await addressesOf(ha, MASTER)).includes(SECOND_VIP);
    });
    await asksKept();

    const answers = await client.stop();
    const watched = await watch.stop();
    const told = story(watch, answers);
    assert.equal(answers.failures.length, 0, told);
    assert.deepEqual([...answers.by].sort(), [KEPT, OTHER], told);
    assert.equal(watch.moments.length, seen, told);
    assert.deepEqual(watch.violations, [], told);
    assert.ok(watched.rounds > 100, `only ${watched.rounds} rounds`);
    const [master, backup] = await Promise.all([countsOf(ha, MASTER), countsOf(ha, BACKUP)]);
    assert.deepEqual([master.becameMaster, master.releasedMaster, master.priority], [1, 0, 100]);
    assert.deepEqual([backup.becameMaster, backup.state, backup.priority], [0, "BACKUP", 50]);
    await held.close();
  },
);
