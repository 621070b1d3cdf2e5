/** Every check against a server of its kind, over the sockets of a network namespace. */
import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createWeb } from "node:http";
import { createServer as createSecureWeb } from "node:https";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Random } from "../../src/base/random.ts";
import { processClock } from "../../src/daemon/health/clock.ts";
import { LocalHealth } from "../../src/daemon/health/health.ts";
import { check, realServer, virtualServer } from "../../src/daemon/health/testing/settings.ts";
import type { CheckSettings, Conversation } from "../../src/health/settings.ts";
import { CERTIFICATE, KEY } from "../../src/kernel/linux/exchange/certificate.fixture.ts";
import { linuxExchanges } from "../../src/kernel/linux/exchange/exchanges.ts";
import { inNamespace, ip, testAddon } from "../../src/kernel/linux/namespace.fixture.ts";
import { LinuxScripts } from "../../src/kernel/linux/script/scripts.ts";

const SECOND = 1_000_000;
const ADDRESS = "10.1.0.1";
const PATIENCE_MS = 20_000;
const POLL_MS = 20;

const URL = { path: "/", regexOptions: [], regexMustNotMatch: false };
const HTTP = { kind: "http", version: "1.1", fastRecovery: false } as const;
/** MD5 of "all is well". */
const WELL = "4409bb950a3826c313c34b46b429ac84";

/** Fit from the first good answer on, and unfit at once. */
function quick(conversation: Conversation, port: number): CheckSettings {
  const timing = { delayLoop: SECOND / 10, retry: 0, delayBeforeRetry: SECOND / 10, warmup: 0 };
  const target = { address: ADDRESS, port, connectTimeout: SECOND };
  return check(0, conversation, { target, timing, alpha: true });
}

/** Checks until the server is fit, takes it down, and checks until it is not. */
async function fitAndUnfit(asked: CheckSettings, takeDown: () => unknown): Promise<void> {
  const health = new LocalHealth({
    exchanges: linuxExchanges(testAddon()),
    scripts: new LinuxScripts({ security: false, user: "root" }),
    clock: processClock(),
    random: new Random(1),
    tell: () => {},
    changed: () => {},
  });
  const server = realServer(0, [asked], { address: ADDRESS });
  health.configure([virtualServer([server])]);
  const count = () => health.served()[0]!.servers.length;
  try {
    assert.equal(count(), 0);
    await until(() => count() === 1, "the server is not fit");
    await takeDown();
    await until(() => count() === 0, "the server stays fit");
  } finally {
    health.stop();
  }
}

async function until(holds: () => boolean, otherwise: string): Promise<void> {
  for (let waited = 0; waited < PATIENCE_MS; waited += POLL_MS) {
    if (holds()) return;
    await sleep(POLL_MS);
  }
  assert.fail(otherwise);
}

function inNetwork(body: () => Promise<void>): Promise<void> {
  return inNamespace(async () => {
    ip("addr", "add", `${ADDRESS}/32`, "dev", "lo");
    await body();
  });
}

/** A TCP server that is asked until it is closed. */
async function againstTcp(server: Server, conversation: Conversation): Promise<void> {
  const sockets: Socket[] = [];
  server.on("connection", (socket) => sockets.push(socket.on("error", () => {})));
  server.listen(0, ADDRESS);
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  try {
    await fitAndUnfit(quick(conversation, port), close);
  } finally {
    close();
  }
}

test("TCP_CHECK", () =>
  inNetwork(() =>
    againstTcp(
      createServer((socket) => socket.resume()),
      { kind: "tcp" },
    ),
  ));

test("HTTP_GET with status_code, digest and regex, of two urls", () =>
  inNetwork(() => {
    const web = createWeb((request, response) => {
      response.statusCode = request.headers.host === "www.example.com" ? 200 : 404;
      response.end("all is well");
    });
    const urls = [
      { ...URL, digest: WELL, statusCodes: [{ from: 200, to: 200 }] },
      { ...URL, path: "/b", regex: "is WELL$", regexOptions: ["caseless"] },
    ];
    const virtualHost = "www.example.com";
    return againstTcp(web, { ...HTTP, tls: false, urls, virtualHost });
  }));

test("SSL_GET with SNI", () =>
  inNetwork(() => {
    const names: string[] = [];
    const web = createSecureWeb({ cert: CERTIFICATE, key: KEY }, (_, response) => {
      response.end("all is well");
    });
    web.on("tlsClientError", () => {});
    web.on("secureConnection", ({ servername }) => names.push(String(servername)));
    const asked = { ...HTTP, tls: true, urls: [{ ...URL, digest: WELL }] };
    return againstTcp(web, { ...asked, serverName: "www.example.com" }).then(() => {
      assert.equal(names[0], "www.example.com");
    });
  }));

test("SMTP_CHECK", () =>
  inNetwork(() => {
    const server = createServer((socket) => {
      socket.write("220-mail.example\r\n220 ready\r\n");
      socket.on("data", (data) => {
        socket.write(String(data).startsWith("QUIT") ? "221 bye\r\n" : "250 hello\r\n");
      });
    });
    return againstTcp(server, { kind: "smtp", helo: "lb.example" });
  }));

async function againstUdp(
  conversation: Conversation,
  reply: (asked: Buffer) => Buffer,
): Promise<void> {
  const server = createSocket("udp4");
  server.on("message", (asked, { port, address }) => server.send(reply(asked), port, address));
  server.bind(0, ADDRESS);
  await once(server, "listening");
  const { port } = server.address();
  let isOpen = true;
  const close = () => {
    if (isOpen) server.close();
    isOpen = false;
  };
  try {
    await fitAndUnfit(quick(conversation, port), close);
  } finally {
    close();
  }
}

test("DNS_CHECK", () =>
  inNetwork(() =>
    againstUdp({ kind: "dns", type: "A", name: "example.com" }, (asked) => {
      const answer = Buffer.from(asked);
      answer[2] = 0x81;
      answer[3] = 0x80;
      return answer;
    }),
  ));

test("UDP_CHECK with require_reply, and without it by ICMP alone", () =>
  inNetwork(async () => {
    const payload = Buffer.from("ping");
    const lengths = { minReply: 4, maxReply: 4 };
    const asked = { kind: "udp", payload, ...lengths } as const;
    await againstUdp({ ...asked, requireReply: true }, () => Buffer.from("pong"));
    await againstUdp({ ...asked, requireReply: false }, () => Buffer.from("pong"));
  }));

test("PING_CHECK", () =>
  inNetwork(() => {
    const silence = () => ip("addr", "del", `${ADDRESS}/32`, "dev", "lo");
    return fitAndUnfit(quick({ kind: "ping" }, 0), silence);
  }));

test("MISC_CHECK", async () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-misc-"));
  const path = join(folder, "check");
  const write = (status: number) => writeFileSync(path, `#!/bin/sh\nexit ${status}\n`);
  write(0);
  chmodSync(folder, 0o755);
  chmodSync(path, 0o755);
  const misc = { kind: "misc", script: { words: [path] }, timeout: SECOND } as const;
  try {
    await fitAndUnfit(quick({ ...misc, dynamic: false }, 0), () => write(1));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
