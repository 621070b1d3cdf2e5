import assert from "node:assert/strict";
import { test } from "node:test";
import type { Heard } from "../conversation.ts";
import { bytesOf, TARGET, Talk } from "../testing/asked.ts";
import { dnsCheck } from "./dns.ts";
import { fileVerdict } from "./file.ts";
import { miscCheck } from "./misc.ts";
import { pingCheck } from "./ping.ts";
import { smtpCheck } from "./smtp.ts";
import { tcpCheck } from "./tcp.ts";
import { udpCheck } from "./udp.ts";

test("TCP_CHECK: the connection is enough", () => {
  const talk = new Talk(tcpCheck(TARGET)).connected();
  assert.deepEqual(
    talk.actions.map(({ kind }) => kind),
    ["connect", "close", "verdict"],
  );
  assert.equal(talk.isFit, true);
});

function smtp(): Talk {
  return new Talk(smtpCheck(TARGET, "lb.example")).connected();
}

test("SMTP_CHECK: says HELO and QUIT, each after a good reply (captured: C18)", () => {
  const talk = smtp();
  assert.deepEqual(talk.sent, []);
  talk.answer("220 mail.example ESMTP\r\n", "250 hello\r\n");
  assert.deepEqual(talk.sent, ["HELO lb.example\r\n", "QUIT\r\n"]);
  assert.equal(talk.isFit, undefined);
  assert.equal(talk.answer("221 bye\r\n").isFit, true);
});

test("SMTP_CHECK: replies of many lines and in many pieces", () => {
  const talk = smtp().answer("220-mail.example\r\n", "220 ", "ready\r\n");
  assert.equal(talk.sent.length, 1);
  assert.equal(talk.answer("250-a\r\n250-b\r\n250\r\n", "221 bye\r\n").isFit, true);
});

test("SMTP_CHECK: each reply has its code (captured: C19)", () => {
  assert.match(smtp().answer("421 busy\r\n").verdicts[0]!.why, /The greeting is 421, not 220/);
  assert.equal(smtp().answer("220 hi\r\n", "500 what\r\n").isFit, false);
  assert.equal(smtp().answer("220 hi\r\n", "250 hi\r\n", "250 stay\r\n").isFit, false);
  assert.equal(smtp().answer("SSH-2.0-OpenSSH_9.2\r\n").isFit, false);
  assert.equal(smtp().answer("220 hi\r\n", "250 hi\r\n").closed().isFit, false);
});

const ID = 0x1234;

function dns(): Talk {
  return new Talk(dnsCheck(TARGET, { type: "A", name: "example.com" }, ID)).connected();
}

/** The header of an answer with a response code, and nothing after it. */
function dnsAnswer(rcode: number, { id = ID, flags = 0x80 } = {}): Uint8Array {
  return Uint8Array.of(id >>> 8, id & 0xff, flags, rcode, 0, 0, 0, 0, 0, 0, 0, 0);
}

test("DNS_CHECK: an answer without an error (captured: C21, C22)", () => {
  assert.equal(dns().answer(dnsAnswer(0)).isFit, true);
  assert.equal(dns().answer(dnsAnswer(2)).isFit, false);
  assert.match(dns().answer(dnsAnswer(3)).verdicts[0]!.why, /code 3 \(no such name\)/);
});

test("DNS_CHECK: what is no answer to the question is not heard", () => {
  const talk = dns().answer(dnsAnswer(2, { id: ID + 1 }), dnsAnswer(2, { flags: 0 }), "short");
  assert.equal(talk.isFit, undefined);
  assert.equal(talk.answer(dnsAnswer(0)).isFit, true);
});

test("DNS_CHECK: a name that cannot be asked for is no good, and nothing is sent", () => {
  const talk = new Talk(dnsCheck(TARGET, { type: "A", name: "a..b" }, ID)).connected();
  assert.equal(talk.isFit, false);
  assert.deepEqual(talk.sent, []);
});

const PLAIN_UDP = { kind: "udp", requireReply: false, minReply: 0, maxReply: 255 } as const;

function udp(changes: Partial<Parameters<typeof udpCheck>[1]> = {}): Talk {
  return new Talk(udpCheck(TARGET, { ...PLAIN_UDP, ...changes }, bytesOf("ping"))).connected();
}

test("UDP_CHECK: silence is good, a refusal is not (captured: C24, C26)", () => {
  assert.deepEqual(udp().sent, ["ping"]);
  assert.equal(udp().silence().isFit, true);
  assert.equal(udp().answer("anything").isFit, true);
  assert.equal(udp().tell({ kind: "failed", message: "refused" }).isFit, false);
});

test("UDP_CHECK with require_reply: a reply of the right length (captured: C25)", () => {
  const asked = { requireReply: true, minReply: 2, maxReply: 4 };
  assert.equal(udp(asked).silence().isFit, false);
  assert.deepEqual(
    ["", "1", "12", "1234", "12345"].map((reply) => udp(asked).answer(reply).isFit),
    [false, false, true, true, false],
  );
});

test("UDP_CHECK: the reply is compared where the mask is set, as far as both go", () => {
  const reply = { bytes: Uint8Array.of(0x12, 0x30), mask: Uint8Array.of(0xff, 0xf0) };
  const asked = { requireReply: true, reply };
  const isFit = (...bytes: number[]) => udp(asked).answer(Uint8Array.from(bytes)).isFit;
  assert.equal(isFit(0x12, 0x3f, 0x99), true);
  assert.equal(isFit(0x12), true);
  assert.equal(isFit(0x12, 0x40), false);
  assert.equal(isFit(0x13, 0x30), false);
});

test("PING_CHECK: the echo of its own payload", () => {
  const talk = new Talk(pingCheck(TARGET, bytesOf("nonce"))).connected();
  assert.deepEqual(talk.sent, ["nonce"]);
  assert.equal(talk.answer("another").isFit, undefined);
  assert.equal(talk.answer("nonce").isFit, true);
});

function misc(status: number, dynamic = false) {
  const settings = { script: { words: ["/bin/check"] }, timeout: 2_000_000, dynamic };
  const talk = new Talk(miscCheck(settings, 7));
  return talk.tell({ kind: "ended", end: { kind: "exit", status } }).verdicts[0]!;
}

test("MISC_CHECK: only exit status 0 is good (captured: C14)", () => {
  assert.deepEqual(
    [0, 1, 2, 255].map((status) => misc(status).fit),
    [true, false, false, false],
  );
});

test("MISC_CHECK with misc_dynamic: the weight is the status less 2 (captured: C17)", () => {
  const weights = [0, 2, 3, 12, 255].map((status) => 7 + (misc(status, true).weight ?? 0));
  assert.deepEqual(weights, [7, 0, 1, 10, 253]);
  assert.equal(misc(1, true).fit, false);
});

test("MISC_CHECK: a script that hangs or crashes is no good (captured: C16)", () => {
  const settings = { script: { words: ["/bin/check"] }, timeout: 2_000_000, dynamic: false };
  const end = (told: Heard) => new Talk(miscCheck(settings, 1)).tell(told);
  assert.equal(end({ kind: "ended", end: { kind: "timeout" } }).isFit, false);
  const crashed = end({ kind: "ended", end: { kind: "signal", signal: "SIGSEGV" } });
  assert.match(crashed.verdicts[0]!.why, /SIGSEGV/);
});

test("FILE_CHECK: the number times the weight, and with weight 0 only 0 is good", () => {
  assert.equal(fileVerdict(5, 2).weight, 10);
  assert.equal(fileVerdict(-20, 1).weight, -20);
  assert.equal(fileVerdict(-20, 1).fit, true);
  assert.equal(fileVerdict(0, 0).fit, true);
  assert.equal(fileVerdict(1, 0).fit, false);
});
