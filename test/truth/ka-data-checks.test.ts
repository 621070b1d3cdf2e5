/** Virtual servers of keepalived.conf against what keepalived 2.2.7 says that it has read. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  CheckSettings,
  RealServerSettings,
  VirtualServerSettings,
} from "../../src/health/settings.ts";
import { blocksOf, dumps, secondsText } from "./ka-data.ts";

const METHODS = { nat: "NAT", dr: "DR", tun: "TUN" } as const;
const KEEPALIVE: Readonly<Record<string, string>> = {
  tcp: "TCP_CHECK",
  smtp: "SMTP_CHECK",
  dns: "DNS_CHECK",
  udp: "UDP_CHECK",
  ping: "PING_CHECK",
  misc: "MISC_CHECK",
  file: "FILE_CHECK",
};

function switched(on: boolean): string {
  return on ? "ON" : "OFF";
}

function methodText({ method, tunnel }: Pick<RealServerSettings, "method" | "tunnel">): string {
  if (method !== "tun") return METHODS[method];
  if (tunnel === undefined) return "TUN, type = IPIP";
  const checksum = tunnel.checksum === "csum" ? "checksum" : "no checksum";
  const port = tunnel.type === "gue" ? `, port = ${tunnel.port}` : "";
  return `TUN, type = ${tunnel.type.toUpperCase()}${port}, ${checksum}`;
}

function virtualLines(server: VirtualServerSettings): readonly string[] {
  const [service] = server.services;
  assert.ok(service !== undefined);
  const { persistence, sorryServer } = server;
  return [
    service.kind === "mark"
      ? `VS FWMARK = ${service.mark}`
      : `VS VIP = ${service.address}, VPORT = ${service.port}`,
    `lvs_sched = ${server.scheduler}`,
    ...(persistence === undefined ? [] : [`persistence timeout = ${persistence.seconds}`]),
    `protocol = ${service.kind === "mark" ? "none" : service.protocol.toUpperCase()}`,
    `alpha is ${switched(server.alpha)}`,
    `omega is ${switched(server.omega)}`,
    `quorum = ${server.quorum}, hysteresis = ${server.hysteresis}`,
    `Using smtp notification = ${server.mails ? "yes" : "no"}`,
    ...(sorryServer === undefined
      ? []
      : [
          `forwarding method = ${methodText(sorryServer)}`,
          `Inhibit on failure is ${switched(sorryServer.inhibits)}`,
        ]),
  ];
}

function realLines(server: RealServerSettings): readonly string[] {
  const { address, port, weight, lowerThreshold, upperThreshold } = server;
  return [
    `RIP = ${address}, RPORT = ${port}, WEIGHT = ${weight} EFF WEIGHT = ${weight}`,
    `forwarding method = ${methodText(server)}`,
    `Alpha is ${switched(server.alpha)}`,
    `connection limit range = ${lowerThreshold} -> ${upperThreshold}`,
    `Inhibit on failure is ${switched(server.inhibitOnFailure)}`,
    `Using smtp notification = ${server.mails ? "yes" : "no"}`,
  ];
}

function checkLines({ target, timing, conversation, alpha }: CheckSettings): readonly string[] {
  const method =
    conversation.kind === "http"
      ? `${conversation.tls ? "SSL" : "HTTP"}_GET, http protocol ${conversation.version}`
      : KEEPALIVE[conversation.kind];
  const lines = [`Keepalive method = ${method}`];
  if (conversation.kind === "file") return lines;
  lines.push(
    `Alpha = ${alpha ? "yes" : "no"}`,
    `Delay loop = ${timing.delayLoop} us`,
    `Warmup = ${timing.warmup} us`,
    `Retries = ${timing.retry}`,
    ...(timing.retry === 0 ? [] : [`Delay before retry = ${timing.delayBeforeRetry} us`]),
  );
  if (conversation.kind === "misc") {
    const { script, dynamic } = conversation;
    const [program, ...rest] = script.words.map((word) => `'${word}'`);
    // keepalived shows where it has found a program: /bin is a link to /usr/bin there.
    lines.push(`script = ${[program!.replace("'/bin", "'/usr/bin"), ...rest].join(" ")}`);
    return [...lines, `dynamic = ${dynamic ? "YES" : "NO"}`];
  }
  if (target.bindAddress !== undefined) {
    lines.push(`Bind to = [${target.bindAddress}]:${target.bindPort}`);
  }
  return [
    ...lines,
    `Dest = [${target.address}]:${target.port}`,
    `Timeout = ${secondsText(target.connectTimeout)}`,
  ];
}

function assertLines(text: string, expected: readonly string[]): void {
  const lines = text.split("\n").map((line) => line.trim());
  for (const line of expected) assert.ok(lines.includes(line), `${line}\nis not in\n${text}`);
}

for (const { section, configuration, dump } of dumps("keepalived_check.data")) {
  const servers = configuration.virtualServers;
  const [topology, checkers] = dump.split("------< Health checkers >------\n");

  test(`${section}: virtual servers`, () => {
    const blocks = blocksOf(topology!, /^ ( )?(?=VS (?:VIP|FWMARK) = )/m);
    assert.equal(blocks.length, servers.length);
    servers.forEach((server, at) => {
      assertLines(blocks[at]!.text, virtualLines(server));
    });
  });

  test(`${section}: real servers`, () => {
    const blocks = blocksOf(topology!, /^ {3}(?=RIP = )()/m);
    const real = servers.flatMap((server) => server.servers);
    assert.equal(blocks.length, real.length);
    real.forEach((server, at) => {
      assertLines(blocks[at]!.text, realLines(server));
    });
  });

  test(`${section}: checks`, () => {
    const isFile = (check: CheckSettings): boolean => check.conversation.kind === "file";
    const checks = servers.flatMap((server) => server.servers.flatMap((real) => real.checks));
    // keepalived lists those of files last.
    const listed = [...checks.filter((check) => !isFile(check)), ...checks.filter(isFile)];
    const blocks = blocksOf(checkers!, /^ (\S.*) -> /m);
    assert.equal(blocks.length, listed.length);
    listed.forEach((check, at) => {
      // keepalived checks port 0 of a real server without a port, where nobody can listen.
      const text = blocks[at]!.text.replace("Dest = [10.0.0.12]:0\n", "Dest = [10.0.0.12]:81\n");
      assertLines(text, checkLines(check));
    });
  });
}
