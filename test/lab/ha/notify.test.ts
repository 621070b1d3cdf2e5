/** Who is told of a fail-over, in which words and in which order; and that nobody is waited for. */
import assert from "node:assert/strict";
import { LAB_FOLDER } from "../../../src/cli/lab/names.ts";
import { allProcesses } from "../../../src/kernel/linux/process.ts";
import { labHooks, labTest, until } from "../lab.ts";
import { electionFile } from "./election.ts";
import { BACKUP, type DirectorName, haLab, MASTER } from "./ha-lab.ts";
import { WEIR_DAEMON } from "./weir-daemon.ts";
import { type Witness, witness } from "./witness.ts";

const ha = haLab({ [MASTER]: WEIR_DAEMON, [BACKUP]: WEIR_DAEMON }, { prefix: "ha-notify" });
labHooks({ before: ha.build, afterEach: ha.end });

const SECURE = ["  enable_script_security", "  script_user root"];

/** Starts a director whose election and whose programs are these. */
function start(host: DirectorName, globals: readonly string[], more: readonly string[]) {
  const also = ["global_defs {", ...SECURE, ...globals, "}"];
  const election = { version: 3, interval: 0.25, also, more: { both: more } } as const;
  return ha.start(host, electionFile(ha.lab, ha.topology, host, election));
}

/** The witnesses of a director, and the configuration that has it tell them. */
function witnesses(host: DirectorName) {
  const of = (kind: string, then?: string) => witness(ha.lab, `${host}-${kind}`, then);
  const [state, any] = [of("state"), of("any")];
  const fifo = of("fifo", 'while read -r line; do echo "$line" >> $told; done < "$1"');
  const path = `${LAB_FOLDER}/${ha.lab}.${host}.fifo`;
  const globals = [`  vrrp_notify_fifo ${path}`, `  vrrp_notify_fifo_script ${fifo.program}`];
  const kinds = ["master", "backup", "fault", "stop"];
  const more = [
    ...kinds.map((kind) => `notify_${kind} "${state.program} ${kind} 'a word'"`),
    `notify "${any.program}"`,
  ];
  return { state, any, fifo, path, globals, more };
}

/** Waits until they have been told that the states were these, each in its own form. */
async function untilTold(
  { state, any, fifo, path }: ReturnType<typeof witnesses>,
  priority: number,
  lives: readonly (readonly string[])[],
): Promise<void> {
  const all = lives.flat();
  await state.untilTold(...all.map((name) => `${name.toLowerCase()} a word`));
  await any.untilTold(...all.map((name) => `INSTANCE VI_1 ${name} ${priority}`));
  const lines = (life: readonly string[]) =>
    life.map((name) => `INSTANCE "VI_1" ${name} ${priority}`);
  // The program that reads the FIFO is started with each daemon.
  await fifo.untilTold(...lives.flatMap((life) => [path, ...lines(life)]));
}

async function end(host: DirectorName): Promise<void> {
  ha.signal(host, "SIGTERM");
  await until(`the daemon of ${host} has ended`, async () => {
    return WEIR_DAEMON.processes(ha.lab, host).length === 0;
  });
}

labTest("programs and FIFOs are told every change of a fail-over, and of the return", async () => {
  const [first, second] = [witnesses(MASTER), witnesses(BACKUP)];
  await start(MASTER, first.globals, first.more);
  await start(BACKUP, second.globals, second.more);
  await ha.untilHeldBy(MASTER);
  await end(MASTER);
  await ha.untilHeldBy(BACKUP);
  await ha.start(MASTER);
  await ha.untilHeldBy(MASTER);
  await untilTold(first, 100, [
    ["BACKUP", "MASTER", "STOP"],
    ["BACKUP", "MASTER"],
  ]);
  await untilTold(second, 50, [["BACKUP", "MASTER", "BACKUP"]]);
});

const HANG = "sleep 1000";

labTest("who hangs keeps nobody: not the election, not the others, and not the end", async () => {
  const hanging = ["master", "backup", "stop"].map((kind) => witness(ha.lab, `hang-${kind}`, HANG));
  const [master, backup, stop] = hanging as [Witness, Witness, Witness];
  const deaf = witness(ha.lab, "deaf", `trap '' TERM\n${HANG}`);
  const other = witnesses(MASTER);
  const more = [
    `notify_master "${master.program}"`,
    `notify_backup "${backup.program}"`,
    `notify_stop "${stop.program}"`,
    `notify "${other.any.program}"`,
  ];
  const fifo = [
    `  notify_fifo ${LAB_FOLDER}/${ha.lab}.deaf.fifo`,
    `  notify_fifo_script ${deaf.program}`,
  ];
  await start(MASTER, fifo, more);
  await start(BACKUP, [], []);
  await ha.untilHeldBy(MASTER);
  await end(MASTER);
  await ha.untilHeldBy(BACKUP);
  for (const { program, lines } of [...hanging, deaf]) assert.equal(lines().length, 1, program);
  const states = ["BACKUP", "MASTER", "STOP"];
  await other.any.untilTold(...states.map((state) => `INSTANCE VI_1 ${state} 100`));
  // Those who are told of an event outlive the daemon, and one that reads its FIFO does not.
  const running = ({ program }: Witness) =>
    [...allProcesses()].some(({ args }) => args.includes(program));
  assert.deepEqual([...hanging, deaf].map(running), [true, true, true, false]);
});
