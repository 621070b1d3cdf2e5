/** A tracked script that fails takes its director out; one that succeeds brings it back. */
import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { LAB_FOLDER } from "../../../src/cli/lab/names.ts";
import { removePath } from "../../../src/kernel/linux/private-file.ts";
import { allProcesses } from "../../../src/kernel/linux/process.ts";
import { labHooks, labTest, until } from "../lab.ts";
import { electionFile } from "./election.ts";
import { BACKUP, haLab, MASTER } from "./ha-lab.ts";
import { WEIR_DAEMON } from "./weir-daemon.ts";
import { witness } from "./witness.ts";

const ha = haLab({ [MASTER]: WEIR_DAEMON, [BACKUP]: WEIR_DAEMON }, { prefix: "ha-track" });
labHooks({ before: ha.build, afterEach: ha.end });

/** What is told of the master, when the script that it tracks fails by what it does then. */
async function failAndReturn(
  name: string,
  { fails, weight }: { readonly fails: string; readonly weight: readonly string[] },
) {
  const trouble = `${LAB_FOLDER}/${ha.lab}.${name}.trouble`;
  const script = witness(ha.lab, `${name}-script`, `[ ! -e ${trouble} ] || ${fails}`);
  const states = witness(ha.lab, `${name}-states`);
  const also = [
    "global_defs {",
    "  enable_script_security",
    "  script_user root",
    "}",
    "vrrp_script service {",
    `  script "${script.program} ${name}"`,
    "  interval 1",
    "  timeout 1",
    "  fall 2",
    "  rise 2",
    ...weight,
    "}",
  ];
  const own = ["track_script {", "  service", "}", `notify "${states.program}"`];
  const election = { version: 3, interval: 0.25, also, more: { [MASTER]: own } } as const;
  await ha.start(MASTER, electionFile(ha.lab, ha.topology, MASTER, election));
  await ha.start(BACKUP, electionFile(ha.lab, ha.topology, BACKUP, { ...election, also: [] }));
  await ha.untilHeldBy(MASTER);
  closeSync(openSync(trouble, "w"));
  await ha.untilHeldBy(BACKUP);
  removePath(trouble);
  await ha.untilHeldBy(MASTER);
  return { script, states };
}

labTest("with a weight its failure costs priority, and so the addresses", async () => {
  const weight = ["  weight -60"];
  const { states } = await failAndReturn("weight", { fails: "exit 1", weight });
  const lines = ["BACKUP 100", "MASTER 100", "BACKUP 40", "MASTER 100"];
  await states.untilTold(...lines.map((line) => `INSTANCE VI_1 ${line}`));
});

labTest(
  "without one a script that hangs is a fault, and is ended with what it started",
  async () => {
    const { script, states } = await failAndReturn("hang", { fails: "sleep 1234", weight: [] });
    const lines = ["BACKUP 100", "MASTER 100", "FAULT 100", "BACKUP 100", "MASTER 100"];
    await states.untilTold(...lines.map((line) => `INSTANCE VI_1 ${line}`));
    assert.ok(script.lines().every((line) => line === "hang"));
    await until("nothing of it runs", async () => {
      const running = [...allProcesses()].map(({ args }) => args.join(" "));
      return !running.some((line) => line.includes("sleep 1234"));
    });
  },
);
