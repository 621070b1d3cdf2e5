import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import type { CheckTarget, Conversation, UrlSettings } from "../settings.ts";
import { bytesOf, TARGET, Talk } from "../testing/asked.ts";
import { httpCheck } from "./http.ts";

type HttpSettings = Extract<Conversation, { kind: "http" }>;

function ask(
  url: Partial<UrlSettings> = {},
  settings: Partial<HttpSettings> = {},
  target: Partial<CheckTarget> = {},
): Talk {
  const full = { path: "/", regexOptions: [], regexMustNotMatch: false, ...url };
  const http = {
    kind: "http",
    tls: false,
    urls: [full],
    version: "1.0",
    fastRecovery: false,
  } as const;
  const check = httpCheck({ ...TARGET, ...target }, { ...http, ...settings }, full);
  return new Talk(check).connected();
}

function answer(status: number, body = "", headers = ""): string {
  return `HTTP/1.0 ${status} Reason\r\nServer: test\r\n${headers}\r\n${body}`;
}

const md5 = (text: string) => createHash("md5").update(text, "latin1").digest("hex");

test("requests are keepalived's, byte for byte (captured: C1, C8, C9)", () => {
  assert.deepEqual(ask({ path: "/x" }).sent, [
    "GET /x HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 192.168.150.11:80\r\n\r\n",
  ]);
  assert.deepEqual(ask({ path: "/v" }, { version: "1.1", virtualHost: "www.example.com" }).sent, [
    "GET /v HTTP/1.1\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\n" +
      "Host: www.example.com\r\n\r\n",
  ]);
  assert.deepEqual(ask({ path: "/s" }, { tls: true }, { port: 443 }).sent, [
    "GET /s HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nHost: 192.168.150.11:443\r\n\r\n",
  ]);
});

test("1.0C, a host of the url's own, and IPv6", () => {
  const url = { virtualHost: "own.example" };
  assert.deepEqual(ask(url, { version: "1.0C", virtualHost: "www.example.com" }).sent, [
    "GET / HTTP/1.0\r\nUser-Agent: KeepAliveClient\r\nConnection: close\r\n" +
      "Host: own.example\r\n\r\n",
  ]);
  assert.match(ask({}, {}, { address: "2001:db8::1" }).sent[0]!, /^Host: \[2001:db8::1\]:80\r$/m);
});

test("TLS with a name and without", () => {
  const transport = (settings: Partial<HttpSettings>) => {
    const [first] = ask({}, settings).actions;
    return first?.kind === "connect" ? first.transport : undefined;
  };
  assert.deepEqual(transport({ tls: true }), { kind: "tls" });
  const named = { tls: true, serverName: "www.example.com" };
  assert.deepEqual(transport(named), { kind: "tls", serverName: "www.example.com" });
  assert.deepEqual(transport({}), { kind: "tcp" });
});

test("without status_code 200 to 299 are good (captured: C6)", () => {
  for (const [status, fit] of [
    [199, false],
    [200, true],
    [201, true],
    [204, true],
    [299, true],
    [301, false],
    [302, false],
    [404, false],
  ] as const) {
    assert.equal(ask().answer(answer(status)).closed().isFit, fit, `status ${status}`);
  }
});

test("status_code takes ranges and single codes", () => {
  const statusCodes = [
    { from: 200, to: 299 },
    { from: 302, to: 302 },
  ];
  const isFit = (status: number) => ask({ statusCodes }).answer(answer(status)).closed().isFit;
  assert.deepEqual([200, 299, 300, 302, 303].map(isFit), [true, true, false, true, false]);
});

test("a digest decides alone, and with status_code beside it", () => {
  const digest = md5("rs1\n");
  // As genhash said of this page: captured before C5.
  assert.equal(digest, "7a6c0d2ef5a9e6e1776090916c66ba3a");
  assert.equal(ask({ digest }).answer(answer(500, "rs1\n")).closed().isFit, true);
  assert.equal(ask({ digest }).answer(answer(200, "other\n")).closed().isFit, false);
  const both = { digest, statusCodes: [{ from: 200, to: 200 }] };
  assert.equal(ask(both).answer(answer(500, "rs1\n")).closed().isFit, false);
});

/** genhash 2.2.7 -P 1.1 said 79e9489e3bd3f0cb0158215341de046d of this body. */
test("a chunked body is digested as it comes", () => {
  const chunked = "5\r\nhello\r\n0\r\n\r\n";
  const talk = ask({ digest: "79e9489e3bd3f0cb0158215341de046d" }, { version: "1.1" });
  talk.answer(answer(200, chunked, "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"));
  assert.equal(talk.closed().isFit, true);
});

test("the pieces in which an answer comes make no difference", () => {
  const whole = bytesOf(answer(200, "some page\r\n\r\nof two parts"));
  const digest = md5("some page\r\n\r\nof two parts");
  fc.assert(
    fc.property(fc.array(fc.nat({ max: whole.length }), { maxLength: 6 }), (cuts) => {
      const sorted = [0, ...cuts.sort((a, b) => a - b), whole.length];
      const pieces = sorted.slice(1).map((end, index) => whole.subarray(sorted[index], end));
      assert.equal(
        ask({ digest })
          .answer(...pieces)
          .closed().isFit,
        true,
      );
    }),
  );
});

test("Content-Length ends an answer without a close, and no shorter one is good", () => {
  const headers = "Content-Length: 4\r\n";
  assert.equal(ask().answer(answer(200, "rs1", headers)).isFit, undefined);
  assert.equal(ask().answer(answer(200, "rs1\n", headers)).isFit, true);
  assert.equal(ask().answer(answer(200, "rs1\nmore", headers)).isFit, true);
  const short = ask()
    .answer(answer(200, "rs1", headers))
    .closed();
  assert.match(short.verdicts[0]!.why, /3 of 4 bytes/);
  assert.equal(short.isFit, false);
});

test("half an answer, an endless head and another protocol are no good", () => {
  assert.equal(ask().answer("HTTP/1.0 200 OK\r\nServer: te").closed().isFit, false);
  assert.equal(ask().answer("HTTP/1.0 200 OK\r\n", "X: y\r\n".repeat(4000)).isFit, false);
  assert.equal(ask().answer("220 mail.example ESMTP\r\n\r\n").isFit, false);
  assert.equal(ask().answer("HTTP/1.0 2000 OK\r\n\r\n").isFit, false);
});

test("lines may end without a carriage return", () => {
  assert.equal(ask().answer("HTTP/1.1 200 OK\nServer: old\n\nbody").closed().isFit, true);
});

test("a regular expression, its options, and its contrary", () => {
  const isFit = (url: Partial<UrlSettings>, body: string) =>
    ask(url).answer(answer(200, body)).closed().isFit;
  assert.equal(isFit({ regex: "all (is )?well" }, "today all is well"), true);
  assert.equal(isFit({ regex: "all is well" }, "Today All Is Well"), false);
  assert.equal(isFit({ regex: "all is well", regexOptions: ["caseless"] }, "All Is Well"), true);
  assert.equal(isFit({ regex: "^b$", regexOptions: ["multiline"] }, "a\nb\nc"), true);
  assert.equal(isFit({ regex: "a.b", regexOptions: ["dotall"] }, "a\nb"), true);
  assert.equal(isFit({ regex: "^ä$", regexOptions: ["utf"] }, "\xc3\xa4"), true);
  assert.equal(isFit({ regex: "error", regexMustNotMatch: true }, "no such thing"), true);
  assert.equal(isFit({ regex: "error", regexMustNotMatch: true }, "an error"), false);
});

test("an expression that cannot be read is no good, and says why", () => {
  const why = (url: Partial<UrlSettings>) =>
    ask(url).answer(answer(200, "page")).closed().verdicts[0]!;
  assert.deepEqual(why({ regex: "(" }).fit, false);
  assert.match(why({ regex: "(" }).why, /cannot be read/);
  assert.match(why({ regex: "a", regexOptions: ["extended"] }).why, /extended/);
});
