/** Mail about a fail-over, over the directors' own network; and mail that nobody takes. */
import assert from "node:assert/strict";
import { labHooks, labTest, until } from "../lab.ts";
import { electionFile } from "./election.ts";
import { BACKUP, type DirectorName, haLab, MASTER } from "./ha-lab.ts";
import { openPostOffice } from "./post-office.ts";
import { WEIR_DAEMON } from "./weir-daemon.ts";

const ha = haLab({ [MASTER]: WEIR_DAEMON, [BACKUP]: WEIR_DAEMON }, { prefix: "ha-mail" });
labHooks({ before: ha.build, afterEach: ha.end });
const client = ha.topology.hosts.find(({ role }) => role === "client")!;

/** Each director says in its mails which one it is. */
function start(host: DirectorName) {
  const also = [
    "global_defs {",
    "  notification_email {",
    "    one@example.org",
    "    two@example.org",
    "  }",
    `  notification_email_from ${host}@example.org`,
    `  smtp_server ${client.address}`,
    "  smtp_connect_timeout 30",
    `  router_id ${host}`,
    "}",
  ];
  const more = { both: ["smtp_alert"] };
  const election = { version: 3, interval: 0.25, also, more } as const;
  return ha.start(host, electionFile(ha.lab, ha.topology, host, election));
}

async function failOver(): Promise<void> {
  await start(MASTER);
  await start(BACKUP);
  await ha.untilHeldBy(MASTER);
  ha.signal(MASTER, "SIGTERM");
  await ha.untilHeldBy(BACKUP);
}

labTest(
  "both directors write of their states, and the last mail leaves before the end",
  async () => {
    const office = await openPostOffice(ha.lab, client.name, client.address);
    await failOver();
    const told = await until("five mails have come", async () => {
      return office.mails.length === 5 && office.mails;
    });
    office.stop();
    const subjects = told.map(({ text }) => /^Subject: (.*)$/m.exec(text)?.[1]?.trim());
    const of = (host: string, state: string) => {
      return `[${host}] VRRP Instance VI_1 - Entering ${state} state`;
    };
    assert.deepEqual(
      subjects.filter((subject) => subject?.includes(MASTER)),
      [of(MASTER, "BACKUP"), of(MASTER, "MASTER"), of(MASTER, "STOP")],
    );
    assert.deepEqual(
      subjects.filter((subject) => subject?.includes(BACKUP)),
      [of(BACKUP, "BACKUP"), of(BACKUP, "MASTER")],
    );
    for (const { from, to } of told) {
      assert.match(from, /^node0[14]@example\.org$/);
      assert.deepEqual(to, ["one@example.org", "two@example.org"]);
    }
  },
);

labTest("a mail server that says nothing keeps neither the fail-over nor the end", async () => {
  const office = await openPostOffice(ha.lab, client.name, client.address, "deaf");
  await failOver();
  await until("the daemon has ended", async () => {
    return WEIR_DAEMON.processes(ha.lab, MASTER).length === 0;
  });
  // The first mail of each was on its way all the time: one is given up by the end of its daemon.
  await until("its connection is closed", async () => office.closed === 1);
  assert.equal(office.connected, 2);
  office.stop();
});
