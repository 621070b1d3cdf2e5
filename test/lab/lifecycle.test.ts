/**
 * A lab comes up whole or not at all, lives beside others, and leaves nothing behind.
 *
 *      lab A                                  lab B
 *      client ── switch ──┬── node01          client ── switch ──┬── node01
 *                         ├── node02                             ├── node02
 *                         └── node03                             └── node03
 *
 * The same addresses in both, which do not know of each other: lab A's name is the beginning of
 * B's.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enter } from "../../src/cli/lab/enter.ts";
import { daemonName, LAB_FOLDER, namespacePath, WEIR } from "../../src/cli/lab/names.ts";
import type { LabStatus } from "../../src/cli/lab/status.ts";
import { recordPath } from "../../src/cli/real-server/record.ts";
import { run } from "../../src/kernel/linux/command.ts";
import { allProcesses } from "../../src/kernel/linux/process.ts";
import { execute, labHooks, labTest, ownLab, until } from "./lab.ts";

const a = ownLab("life");
const b = ownLab("life-b");
const weir = (...words: string[]) => execute(WEIR, ["lab", ...words]);

labHooks({
  afterEach: async () => {
    for (const lab of [a, b]) assert.equal((await weir("down", "--name", lab)).status, 0);
    assert.deepEqual(traces(a), []);
    assert.deepEqual(traces(b), []);
  },
});

async function up(lab: string): Promise<void> {
  const ended = await weir("up", "dr", "--name", lab);
  assert.equal(ended.status, 0, ended.stderr);
}

const curl = (lab: string) =>
  weir("exec", "--name", lab, "client", "--", "curl", "-s", "-m", "5", "http://192.168.150.100/");

async function status(lab: string): Promise<LabStatus> {
  return JSON.parse((await weir("status", "--name", lab, "--json")).stdout) as LabStatus;
}

labTest("two labs live at once, and the end of one leaves the other as it is", async () => {
  await Promise.all([up(a), up(b)]);
  assert.equal((await curl(a)).stdout, "from 192.168.150.13\n");
  assert.equal((await curl(b)).stdout, "from 192.168.150.13\n");
  const agent = recordPath(String(statSync(namespacePath(a, "node02")).ino));
  assert.equal(existsSync(agent), true);
  assert.equal((await weir("down", "--name", a)).status, 0);
  assert.deepEqual(traces(a), []);
  assert.equal(existsSync(agent), false);
  assert.equal((await status(b)).state, "up");
  assert.equal((await curl(b)).stdout, "from 192.168.150.12\n");
});

labTest("down takes away what is left where parts are missing already", async () => {
  await up(a);
  const before = await status(a);
  assert.equal(before.state, "up");
  const web = before.hosts.find(({ name }) => name === "node02")?.httpPid;
  process.kill(web ?? assert.fail("node02 has no web server"), "SIGKILL");
  const deleted = await run("ip", ["netns", "delete", `weir-${a}-client`]);
  assert.ok(deleted.ok);
  rmSync(`${LAB_FOLDER}/${a}.json`);
  // A process that nobody has on record, in a namespace of the lab.
  const [program, ...args] = enter(a, "node03", ["sleep", "1000"]);
  spawn(program, args, { stdio: "ignore" }).unref();
});

labTest("status names a daemon that was started by hand, and down ends it", async () => {
  await up(a);
  const daemonPid = async () =>
    (await status(a)).hosts.find(({ name }) => name === "node01")?.daemonPid ?? undefined;
  const first = (await daemonPid()) ?? assert.fail("node01 has no daemon");
  process.kill(first, "SIGKILL");
  await until("it is gone", async () => (await daemonPid()) === undefined);
  const own = ["--name", daemonName(a, "node01"), "--netns", namespacePath(a, "node01")];
  const words = ["daemon", ...own, "--interface", "eth0", "--connections", "65536"];
  const second = spawn(WEIR, words, { detached: true, stdio: "ignore" });
  second.unref();
  assert.equal(await until("the other is there", daemonPid), second.pid);
  const list = () => weir("exec", "--name", a, "node01", "ipvsadm", "-Ln");
  await until("it answers", async () => (await list()).status === 0);
  assert.match((await list()).stdout, /192\.168\.150\.13:80 +Route /);
});

labTest("status tells what is broken", async () => {
  await up(a);
  const daemon = (await status(a)).hosts.find(({ name }) => name === "node01")?.daemonPid;
  process.kill(daemon ?? assert.fail("node01 has no daemon"), "SIGKILL");
  const ended = await weir("status", "--name", a);
  assert.equal(ended.status, 1);
  assert.match(ended.stdout, /^node01 +director +broken +eth0 192\.168\.150\.11\/24/m);
  assert.match(ended.stdout, /^node02 +real server +up +lo 192\.168\.150\.100\/32/m);
});

labTest("up says what is missing, before it builds anything", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-path-"));
  try {
    for (const program of ["env", "sh", "readlink", "dirname", "uname", "node"]) {
      const found = (await execute("sh", ["-c", `command -v ${program}`])).stdout.trim();
      if (found !== "") symlinkSync(found, join(folder, program));
    }
    const ended = await execute(WEIR, ["lab", "up", "dr", "--name", a], { PATH: folder });
    assert.equal(ended.status, 1);
    assert.equal(
      ended.stderr,
      'weir: The program "ip" is not installed: install it with "apt-get install iproute2"\n',
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

labTest("up that is interrupted takes down what it has built", async () => {
  const child = spawn(WEIR, ["lab", "up", "dr", "--name", a], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [first] = await once(child.stdout, "data");
  assert.match(String(first), /^network: /);
  child.kill("SIGINT");
  const [code] = await once(child, "close");
  assert.equal(code, 1);
  assert.deepEqual(traces(a), []);
});

labTest("up refuses a lab that is there, and takes nothing of it down", async () => {
  await up(a);
  const again = await weir("up", "dr", "--name", a);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /is up already: take it down with "weir lab down --name life-\d+"\n$/);
  assert.equal((await status(a)).state, "up");
});

labTest("exec passes input, output and exit code, and speaks to that host's daemon", async () => {
  await up(a);
  const script = 'read line; echo "$line $WEIR_NAME"; ipvsadm -Ln | tail -n 2; exit 7';
  const child = spawn(WEIR, ["lab", "exec", "--name", a, "node01", "--", "sh", "-c", script]);
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    output += text;
  });
  child.stdin.end("hello\n");
  const [code] = await once(child, "close");
  assert.equal(code, 7);
  assert.match(output, new RegExp(`^hello ${daemonName(a, "node01")}\n`));
  assert.match(output, /192\.168\.150\.12:80 +Route .*\n.*192\.168\.150\.13:80 +Route /);
});

labTest("tour shows who answered, the rules and the connections", async () => {
  await up(a);
  const shown = await weir("tour", "--name", a);
  assert.equal(shown.status, 0, shown.stderr);
  const answers = "from 192.168.150.13\nfrom 192.168.150.12\n".repeat(3);
  assert.ok(shown.stdout.includes(answers), shown.stdout);
  assert.match(shown.stdout, /TCP +192\.168\.150\.100:80 rr/);
  assert.equal(shown.stdout.match(/ FIN_WAIT +192\.168\.150\.1:\d+ /g)?.length, 6);
});

labTest("an unknown lab, host or kind is one sentence that says what there is", async () => {
  const cases: [words: string[], said: RegExp][] = [
    [["status", "--name", a], /^weir: The lab "life-\d+" is not up: .*\n$/],
    [["exec", "--name", a, "node01", "true"], /^weir: The lab "life-\d+" is not up: .*\n$/],
    [["up", "ring", "--name", a], /"ring": the kinds are dr, nat, tun, ha\n$/],
    [
      ["up", "dr", "--tunnel", "gre", "--name", a],
      /"gre" in the lab "dr": the lab "tun" has .*\n$/,
    ],
    [["up", "dr", "--name", "A.B"], /^weir: "A\.B" cannot be the name of a lab: use .*\n$/],
  ];
  for (const [words, said] of cases) {
    const ended = await weir(...words);
    assert.equal(ended.status, 1);
    assert.match(ended.stderr, said);
  }
  assert.equal(
    (await weir("down", "--name", a)).stdout,
    `The lab "${a}" is not up: there is nothing to take down\n`,
  );
});

/** Whatever on this machine bears the name of a lab. */
function traces(lab: string): string[] {
  const mark = new RegExp(`(^|[/-])${lab}([.-](client|switch|node\\d\\d|json|pass)|$)`);
  const folders = ["/run/netns", "/run/weir", LAB_FOLDER, "/sys/fs/bpf/weir"];
  const files = folders.flatMap((folder) =>
    existsSync(folder) ? readdirSync(folder).map((name) => `${folder}/${name}`) : [],
  );
  const running = [...allProcesses()]
    .filter(({ args }) => args.some((argument) => mark.test(argument)))
    .map(({ args }) => args.join(" "));
  return [...files.filter((file) => mark.test(file)), ...running];
}
