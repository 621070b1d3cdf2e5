import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  askingChecker,
  beginChecker,
  type Checker,
  type Finding,
  judge,
  judgeFile,
  resumeChecker,
  suspendChecker,
} from "./checker.ts";
import type { CheckSettings, Conversation } from "./settings.ts";
import { checkSettings, SECOND } from "./testing/asked.ts";

const TCP = checkSettings({ kind: "tcp" });

function http(urls: number, fastRecovery = false): CheckSettings {
  const url = { path: "/", regexOptions: [], regexMustNotMatch: false };
  const list = Array.from({ length: urls }, () => url);
  const kind = { kind: "http", tls: false, version: "1.0" } as const;
  return checkSettings({ ...kind, urls: list, fastRecovery } satisfies Conversation);
}

/** Verdicts ("+" good, "-" bad, "?" our own failure), each at the moment it was asked for. */
function follow(settings: CheckSettings, verdicts: string, fit = true) {
  let checker: Checker = resumeChecker(beginChecker(fit), settings, 0, 0);
  const steps: { waited: number; round: number; finding: Finding["kind"] | undefined }[] = [];
  let now = 0;
  for (const verdict of verdicts) {
    const waited = checker.deadline! - now;
    now = checker.deadline!;
    const { round } = checker;
    const isOurs = verdict === "?" ? { isOurs: true as const } : {};
    const judged = judge(
      askingChecker(checker, now),
      settings,
      { fit: verdict === "+", why: verdict, ...isOurs },
      now,
    );
    checker = judged.checker;
    steps.push({ waited: waited / SECOND, round, finding: judged.finding?.kind });
  }
  return { checker, steps };
}

const findings = (...followed: Parameters<typeof follow>) =>
  follow(...followed)
    .steps.map(({ finding }) => finding?.[0] ?? ".")
    .join("");
const waits = (...followed: Parameters<typeof follow>) =>
  follow(...followed).steps.map(({ waited }) => waited);
const rounds = (...followed: Parameters<typeof follow>) =>
  follow(...followed).steps.map(({ round }) => round);

test("a server that is fit has its retries, one that is not has none", () => {
  assert.equal(findings(TCP, "+---"), "c..c");
  assert.deepEqual(waits(TCP, "+---"), [0, 2, 1, 1]);
  assert.equal(findings(TCP, "+-+--+---"), "c.......c");
  assert.deepEqual(waits(TCP, "+------"), [0, 2, 1, 1, 2, 2, 2]);
});

test("the first failure of all counts at once", () => {
  assert.equal(findings(TCP, "-"), "c");
  assert.equal(findings(TCP, "-+"), "cc");
});

test("HTTP needs the url that failed and then all urls; others one answer", () => {
  assert.equal(findings(TCP, "+---+"), "c..cc");
  assert.equal(findings(http(1), "+---++"), "c..c.c");
  // The second url fails; it is asked until it is good, and then both.
  assert.deepEqual(rounds(http(2), "+++-----+++"), [0, 1, 0, 1, 1, 1, 1, 1, 1, 0, 1]);
  assert.equal(findings(http(2), "+++-----+++"), ".c...c....c");
});

test("a url that fails while recovering is recovered from again", () => {
  assert.deepEqual(rounds(http(2), "-++-++"), [0, 0, 0, 1, 1, 0]);
});

test("fast_recovery: no wait between urls until the server is fit", () => {
  assert.deepEqual(waits(http(2, true), "++++"), [0, 0, 2, 2]);
  assert.deepEqual(waits(http(2), "++++"), [0, 2, 2, 2]);
  assert.deepEqual(waits(http(2, true), "++---+++"), [0, 0, 2, 1, 1, 2, 0, 0]);
});

test("with alpha one whole round makes it fit", () => {
  assert.equal(findings(TCP, "+", false), "c");
  assert.equal(findings(http(1), "+", false), "c");
  assert.equal(findings(http(1), "-++", false), "..c");
});

test("log_all_failures tells of those that change nothing", () => {
  const all = { ...TCP, logsAllFailures: true };
  assert.equal(findings(all, "+-----"), "cffcff");
});

test("what fails at our own end changes nothing", () => {
  const { checker, steps } = follow(TCP, "+????");
  assert.equal(checker.fit, true);
  assert.deepEqual(
    steps.map(({ waited }) => waited),
    [0, 2, 2, 2, 2],
  );
});

test("a script's next time is counted from its start (captured: C16)", () => {
  const misc = checkSettings({
    kind: "misc",
    script: { words: ["/bin/check"] },
    timeout: 5 * SECOND,
    dynamic: false,
  });
  const asked = askingChecker(resumeChecker(beginChecker(true), misc, 0, 0), 10 * SECOND);
  const at = (now: number) => judge(asked, misc, { fit: true, why: "" }, now).checker.deadline;
  assert.equal(at(11 * SECOND), 12 * SECOND);
  assert.equal(at(15 * SECOND), 15 * SECOND);
});

test("weights are told when they change, and only then", () => {
  const settings = TCP;
  const say = (checker: Checker, weight: number) =>
    judge(checker, settings, { fit: true, why: "weighs", weight }, 0);
  const first = say(beginChecker(true), 3);
  assert.equal(first.finding?.kind, "changed");
  assert.equal(say(first.checker, 3).finding, undefined);
  assert.equal(say(first.checker, 0).finding?.kind, "changed");
  const filed = judgeFile(first.checker, { fit: true, why: "file", weight: 3 });
  assert.equal(filed.finding, undefined);
});

test("suspended it waits for nothing, and resumes within its warmup", () => {
  const { checker } = follow(TCP, "+-");
  const suspended = suspendChecker(checker);
  assert.equal(suspended.deadline, undefined);
  assert.equal(suspended.failures, 0);
  assert.equal(resumeChecker(suspended, TCP, 5 * SECOND, 0.5).deadline, 6 * SECOND);
});

test("whatever the verdicts, fitness changes only when told, and something is always due", () => {
  const verdicts = fc.array(fc.constantFrom("+", "-", "?"), { maxLength: 60 });
  const settings = fc.constantFrom(TCP, http(1), http(3), http(2, true));
  fc.assert(
    fc.property(settings, verdicts, fc.boolean(), (which, said, fit) => {
      const { checker, steps } = follow(which, said.join(""), fit);
      const changes = steps.filter(({ finding }) => finding === "changed").length;
      assert.equal(checker.fit, changes % 2 === 0 ? fit : !fit);
      assert.ok(checker.deadline !== undefined);
      assert.ok(steps.every(({ waited }) => waited >= 0));
    }),
  );
});
