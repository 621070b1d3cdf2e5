import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Random } from "../../base/random.ts";
import type { Heard } from "../conversation.ts";
import { ANSWER_MAX } from "../conversation.ts";
import { checkOf } from "../rounds.ts";
import type { Conversation } from "../settings.ts";
import { checkSettings, Talk } from "../testing/asked.ts";

const URL = { path: "/", regexOptions: [], regexMustNotMatch: false };
const HTTP = {
  kind: "http",
  tls: false,
  urls: [URL],
  version: "1.0",
  fastRecovery: false,
} as const;
const UDP = { kind: "udp", requireReply: false, minReply: 0, maxReply: 255 } as const;
const SCRIPT = { words: ["/bin/check"] };

/** Every check that talks to somebody; what each takes for good is in the test beside it. */
const CHECKS: Readonly<Record<string, Conversation>> = {
  TCP_CHECK: { kind: "tcp" },
  HTTP_GET: HTTP,
  "HTTP_GET with digest": { ...HTTP, urls: [{ ...URL, digest: "0".repeat(32) }] },
  "HTTP_GET with regex": { ...HTTP, urls: [{ ...URL, regex: "o+k" }], version: "1.1" },
  SSL_GET: { ...HTTP, tls: true, serverName: "www.example.com" },
  SMTP_CHECK: { kind: "smtp", helo: "lb.example" },
  DNS_CHECK: { kind: "dns", type: "A", name: "example.com" },
  UDP_CHECK: UDP,
  "UDP_CHECK with require_reply": { ...UDP, requireReply: true },
  PING_CHECK: { kind: "ping" },
  MISC_CHECK: { kind: "misc", script: SCRIPT, timeout: 2_000_000, dynamic: false },
  "MISC_CHECK with misc_dynamic": {
    kind: "misc",
    script: SCRIPT,
    timeout: 2_000_000,
    dynamic: true,
  },
};

/** Microseconds: ten times the connect_timeout after the connection, or a script's turn. */
const LONGEST = 23_000_000;

const told: fc.Arbitrary<Heard> = fc.oneof(
  { weight: 4, arbitrary: fc.uint8Array({ maxLength: 600 }).map(data) },
  { weight: 1, arbitrary: fc.constant<Heard>({ kind: "connected" }) },
  { weight: 1, arbitrary: fc.constant<Heard>({ kind: "closed" }) },
  { weight: 1, arbitrary: fc.constant<Heard>({ kind: "failed", message: "reset" }) },
  { weight: 1, arbitrary: fc.constant<Heard>({ kind: "deadline" }) },
  {
    weight: 1,
    arbitrary: fc.nat({ max: 255 }).map((status) => ended(status)),
  },
);

for (const [name, conversation] of Object.entries(CHECKS)) {
  const begin = () => new Talk(checkOf(checkSettings(conversation), 0, 1, new Random(7))!);
  const connect = () => begin().connected();

  test(`${name}: a refusal is a verdict`, () => {
    const talk = begin().tell({ kind: "failed", message: "Connection refused" });
    assert.deepEqual(talk.verdicts, [{ fit: false, why: "Connection refused" }]);
    assertOver(talk);
  });

  test(`${name}: what fails at our own end is said to be ours`, () => {
    const talk = begin().tell({ kind: "failed", message: "Too many open files", isOurs: true });
    assert.equal(talk.verdicts[0]!.isOurs, true);
    assertOver(talk);
  });

  test(`${name}: no connection in time, or no end of the script`, () => {
    const talk = begin().silence();
    assert.equal(talk.isFit, false);
    assertOver(talk);
  });

  test(`${name}: silence after the connection comes to an end`, () => {
    assertOver(connect().silence());
  });

  test(`${name}: a close at once`, () => {
    const talk = connect().closed();
    if (talk.isExchange) assertOver(talk);
  });

  test(`${name}: garbage, in any pieces and in any order of events`, () => {
    fc.assert(
      fc.property(fc.array(told, { maxLength: 30 }), (events) => {
        const talk = begin();
        for (const event of events) {
          talk.tell(event);
          assertWaitsOrIsOver(talk);
        }
        assertOver(talk.silence());
      }),
      { numRuns: 60 },
    );
  });

  test(`${name}: more than anybody answers`, () => {
    const talk = connect();
    const piece = data(new Uint8Array(65_536).fill(0x20));
    for (let bytes = 0; bytes <= ANSWER_MAX; bytes += 65_536) talk.tell(piece);
    if (talk.isExchange) assertOver(talk);
    else assertOver(talk.silence());
  });

  test(`${name}: an answer in drips has an end, however long it goes on`, () => {
    const talk = connect();
    for (let drips = 0; drips < 100 && talk.deadline !== undefined; drips++) {
      assert.ok(talk.deadline <= LONGEST, `it may last until ${talk.deadline}`);
      talk.wait(talk.deadline - 1).answer("x");
    }
    assertOver(talk.silence());
  });

  test(`${name}: what comes after the verdict changes nothing`, () => {
    const talk = begin().silence();
    const { length } = talk.actions;
    talk.tell({ kind: "connected" }, data(new Uint8Array(3)), { kind: "closed" }, ended(0));
    talk.tell({ kind: "failed", message: "late" }, { kind: "deadline" });
    assert.equal(talk.actions.length, length);
    assertOver(talk);
  });
}

function data(bytes: Uint8Array): Heard {
  return { kind: "data", bytes };
}

function ended(status: number): Heard {
  return { kind: "ended", end: { kind: "exit", status } };
}

function assertWaitsOrIsOver(talk: Talk): void {
  if (talk.verdicts.length > 0) {
    assertOver(talk);
    return;
  }
  assert.ok(talk.deadline !== undefined, "a conversation waits without a deadline");
  assert.ok(!talk.actions.some(({ kind }) => kind === "close"));
}

/** One verdict, the last action; what was opened is closed before it; nothing is waited for. */
function assertOver(talk: Talk): void {
  const kinds = talk.actions.map(({ kind }) => kind);
  assert.equal(talk.verdicts.length, 1);
  assert.equal(kinds.at(-1), "verdict");
  assert.equal(kinds.filter((kind) => kind === "close").length, talk.isExchange ? 1 : 0);
  if (talk.isExchange) assert.equal(kinds.at(-2), "close");
  assert.equal(talk.deadline, undefined);
  assert.ok(talk.verdicts[0]!.why.length > 0);
}
