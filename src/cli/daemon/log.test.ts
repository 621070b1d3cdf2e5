import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = mkdtempSync(join(tmpdir(), "weir-log-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A process that logs one entry of each kind. */
const LOGS = `
import { daemonLog } from ${JSON.stringify(fileURLToPath(new URL("log.ts", import.meta.url)))};
const log = daemonLog();
log.info("Goes by /etc/weir.conf");
log.warn({ code: "MAIL_FAILED" }, "A mail was not sent");
log.error({ code: "CONFIGURATION_REFUSED" }, "It is refused:\\nline 1 is wrong\\nline 2 too");
const error = new Error("broken invariant: a timer");
error.stack = "Error: broken invariant: a timer\\n    at set (alarm.ts:35:5)";
log.fatal(error, "The daemon stops");
`;
const COMMAND = ["--input-type=module-typescript", "--eval", LOGS];

/** What it writes to a file, of which the journal may be told that it is a stream to it. */
function written(journalOf: (dev: number, ino: number) => string | undefined): string {
  const path = join(folder, "stderr");
  const fd = openSync(path, "w");
  const { dev, ino } = fstatSync(fd);
  const journal = journalOf(dev, ino);
  const env = { ...process.env, JOURNAL_STREAM: journal };
  const { status } = spawnSync(process.execPath, COMMAND, { env, stdio: ["ignore", "ignore", fd] });
  closeSync(fd);
  assert.equal(status, 0);
  return readFileSync(path, "utf8");
}

test("the journal gets sentences, and with each line its priority", () => {
  assert.equal(
    written((dev, ino) => `${dev}:${ino}`),
    `<6>Goes by /etc/weir.conf
<4>A mail was not sent [MAIL_FAILED]
<3>It is refused:
<3>line 1 is wrong
<3>line 2 too [CONFIGURATION_REFUSED]
<2>The daemon stops
<2>Error: broken invariant: a timer
<2>    at set (alarm.ts:35:5)
`,
  );
});

test("a terminal gets sentences, and with each its level as a word", () => {
  // script(1) of util-linux gives its command a terminal, whose output it has too.
  const quoted = [process.execPath, ...COMMAND].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  const env = { ...process.env, JOURNAL_STREAM: undefined, SHELL: "/bin/sh" };
  const args = ["--quiet", "--return", "--command", quoted.join(" "), "/dev/null"];
  const { status, stdout } = spawnSync("script", args, { env, encoding: "utf8" });
  assert.equal(status, 0);
  assert.equal(
    stdout.replaceAll("\r\n", "\n"),
    `info: Goes by /etc/weir.conf
warning: A mail was not sent [MAIL_FAILED]
error: It is refused:
line 1 is wrong
line 2 too [CONFIGURATION_REFUSED]
fatal: The daemon stops
Error: broken invariant: a timer
    at set (alarm.ts:35:5)
`,
  );
});

test("whatever else collects it gets JSON, a line for each entry", () => {
  // Standard error of another process than the journal's, as in a shell that systemd started.
  for (const journal of [undefined, "1:1"]) {
    const lines = written(() => journal)
      .trim()
      .split("\n");
    const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      entries.map(({ level, msg, code }) => [level, msg, code]),
      [
        [30, "Goes by /etc/weir.conf", undefined],
        [40, "A mail was not sent", "MAIL_FAILED"],
        [50, "It is refused:\nline 1 is wrong\nline 2 too", "CONFIGURATION_REFUSED"],
        [60, "The daemon stops", undefined],
      ],
    );
    assert.match(JSON.stringify(entries[3]?.err), /broken invariant: a timer/);
  }
});
