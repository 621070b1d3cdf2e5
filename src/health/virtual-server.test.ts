import assert from "node:assert/strict";
import { test } from "node:test";
import type { Notice } from "./notice.ts";
import type { RealServerSettings, VirtualServerSettings } from "./settings.ts";
import { checkSettings } from "./testing/asked.ts";
import {
  beginVirtualServer,
  changeOpinion,
  endVirtualServer,
  serversOf,
  type VirtualServer,
} from "./virtual-server.ts";

const TCP = checkSettings({ kind: "tcp" });

function real(host: number, changes: Partial<RealServerSettings> = {}): RealServerSettings {
  const limits = { upperThreshold: 0, lowerThreshold: 0 };
  const plain = { inhibitOnFailure: false, alpha: false, mails: false, checks: [TCP] };
  const id = { address: `10.0.0.${host}`, port: 80 };
  return { ...id, ...limits, ...plain, method: "dr", weight: 1, ...changes };
}

function virtual(
  servers: readonly RealServerSettings[],
  changes: Partial<VirtualServerSettings> = {},
): VirtualServerSettings {
  const options = { scheduler: "rr", onePacket: false, schedulerFlags: 0 };
  const plain = { alpha: false, omega: false, haSuspend: false, mails: false };
  const service = { kind: "address", protocol: "tcp", address: "10.9.9.9", port: 80 } as const;
  const quorum = { quorum: 1, hysteresis: 0 };
  return {
    title: "10.9.9.9 80",
    services: [service],
    servers,
    ...options,
    ...plain,
    ...quorum,
    ...changes,
  };
}

const SORRY = { address: "10.0.0.99", port: 80, method: "dr", inhibits: false } as const;

const lines = (notices: readonly Notice[]) => notices.map(({ fifoLine }) => fifoLine ?? "");
const serving = (machine: VirtualServer) =>
  serversOf(machine).map(({ address, weight }) => `${address.slice("10.0.0.".length)}:${weight}`);

/** Opinions of first checks, "+1" for fit and "-1" for not, of server 1 and so on. */
function after(settings: VirtualServerSettings, ...opinions: readonly string[]) {
  let { virtualServer } = beginVirtualServer(settings);
  const told: string[] = [];
  for (const opinion of opinions) {
    const server = Number(opinion.slice(1)) - 1;
    const fit = opinion.startsWith("+");
    const changed = changeOpinion(virtualServer, server, 0, { fit, weight: 0 }, "told");
    virtualServer = changed.virtualServer;
    told.push(...lines(changed.notices));
  }
  return { virtualServer, told };
}

test("at the start the quorum is told, and no server", () => {
  const { notices } = beginVirtualServer(virtual([real(1), real(2)]));
  assert.deepEqual(lines(notices), ["VS [10.9.9.9]:tcp:80 UP"]);
});

test("alpha: unfit at the start, which nobody is told without initialNotifies", () => {
  const settings = virtual([real(1, { checks: [{ ...TCP, alpha: true }] })]);
  const begun = beginVirtualServer(settings);
  assert.deepEqual(begun.notices, []);
  assert.deepEqual(serving(begun.virtualServer), []);
  assert.deepEqual(lines(beginVirtualServer(settings, undefined, true).notices), [
    "RS [10.0.0.1]:tcp:80 [10.9.9.9]:tcp:80 DOWN",
    "VS [10.9.9.9]:tcp:80 DOWN",
  ]);
});

test("servers are told before the quorum that they make", () => {
  const { told } = after(virtual([real(1)]), "-1", "+1");
  assert.deepEqual(told, [
    "RS [10.0.0.1]:tcp:80 [10.9.9.9]:tcp:80 DOWN",
    "VS [10.9.9.9]:tcp:80 DOWN",
    "RS [10.0.0.1]:tcp:80 [10.9.9.9]:tcp:80 UP",
    "VS [10.9.9.9]:tcp:80 UP",
  ]);
});

test("a server is up only while all its checks are good (K-62)", () => {
  const settings = virtual([real(1, { checks: [TCP, TCP] }), real(2)]);
  const begun = beginVirtualServer(settings).virtualServer;
  const bad = { fit: false, weight: 0 };
  const first = changeOpinion(begun, 0, 0, bad, "refused");
  const second = changeOpinion(first.virtualServer, 0, 1, bad, "refused");
  assert.deepEqual(second.notices, []);
  const one = changeOpinion(second.virtualServer, 0, 0, { fit: true, weight: 0 }, "connected");
  assert.deepEqual(serving(one.virtualServer), ["2:1"]);
  const both = changeOpinion(one.virtualServer, 0, 1, { fit: true, weight: 0 }, "connected");
  assert.deepEqual(serving(both.virtualServer), ["1:1", "2:1"]);
});

test("hysteresis is around the quorum (keepalived.conf(5))", () => {
  const servers = [1, 2, 3, 4, 5].map((host) => real(host));
  const settings = virtual(servers, { quorum: 3, hysteresis: 1 });
  const down = after(settings, "-1", "-2", "-3");
  assert.equal(down.virtualServer.hasQuorum, true);
  const lost = after(settings, "-1", "-2", "-3", "-4");
  assert.equal(lost.virtualServer.hasQuorum, false);
  assert.equal(after(settings, "-1", "-2", "-3", "-4", "+4", "+3").virtualServer.hasQuorum, false);
  const back = after(settings, "-1", "-2", "-3", "-4", "+4", "+3", "+2");
  assert.equal(back.virtualServer.hasQuorum, true);
});

test("the quorum is of weights, and a weight of 0 counts for nothing", () => {
  const settings = virtual([real(1, { weight: 5 }), real(2)], { quorum: 6 });
  const begun = beginVirtualServer(settings).virtualServer;
  assert.equal(begun.hasQuorum, true);
  const lighter = changeOpinion(begun, 0, 0, { fit: true, weight: -9 }, "weighs less");
  assert.equal(lighter.virtualServer.hasQuorum, false);
  assert.deepEqual(serving(lighter.virtualServer), ["1:0", "2:1"]);
  assert.match(lighter.notices[0]!.message, /Weight 5 becomes 0/);
});

test("a sorry server serves alone while there is no quorum (K-63)", () => {
  const settings = virtual([real(1), real(2)], { quorum: 2, sorryServer: SORRY });
  assert.deepEqual(serving(after(settings).virtualServer), ["1:1", "2:1"]);
  assert.deepEqual(serving(after(settings, "-1").virtualServer), ["99:1"]);
  assert.deepEqual(serving(after(settings, "-1", "+1").virtualServer), ["1:1", "2:1"]);
});

test("inhibit_on_failure leaves a server with weight 0 (K-61)", () => {
  const servers = [real(1, { inhibitOnFailure: true }), real(2)];
  assert.deepEqual(serving(after(virtual(servers), "-1").virtualServer), ["1:0", "2:1"]);
  const sorry = virtual(servers, { quorum: 2, sorryServer: { ...SORRY, inhibits: true } });
  assert.deepEqual(serving(after(sorry).virtualServer), ["1:1", "2:1", "99:0"]);
  assert.deepEqual(serving(after(sorry, "-2").virtualServer), ["1:0", "99:1"]);
});

test("the tunnel and the thresholds of a server go with it", () => {
  const tunnel = { type: "gue", port: 6080, checksum: "nocsum" } as const;
  const settings = virtual([real(1, { method: "tun", tunnel, upperThreshold: 9 })]);
  const [server] = serversOf(beginVirtualServer(settings).virtualServer);
  assert.deepEqual(server!.tunnel, tunnel);
  assert.equal(server!.upperThreshold, 9);
  assert.deepEqual(Object.keys(server!).sort(), [
    "address",
    "lowerThreshold",
    "method",
    "port",
    "tunnel",
    "upperThreshold",
    "weight",
  ]);
});

test("scripts and mail go with a turn", () => {
  const script = { words: ["/bin/told"] };
  const settings = virtual([real(1, { notifyDown: script, mails: true })], {
    quorumDown: { words: ["/bin/lost"] },
  });
  const { virtualServer } = beginVirtualServer(settings);
  const bad = { fit: false, weight: 0 };
  const { notices } = changeOpinion(virtualServer, 0, 0, bad, "Connection refused");
  assert.deepEqual(
    notices.map(({ script: told }) => told?.words),
    [["/bin/told"], ["/bin/lost"]],
  );
  assert.equal(
    notices[0]!.mail?.subject,
    "Realserver [10.0.0.1]:tcp:80 of virtual server [10.9.9.9]:tcp:80 - DOWN",
  );
  assert.equal(notices[1]!.mail, undefined);
});

test("names of groups and marks are those of keepalived's FIFO", () => {
  const mark = { kind: "mark", mark: 7, family: 4 } as const;
  const group = virtual([real(1)], {
    title: "group G1",
    services: [...virtual([]).services, mark],
  });
  assert.deepEqual(after(group, "-1").told, ["RS [10.0.0.1]:tcp:80 [G1]:0 DOWN", "VS [G1]:0 DOWN"]);
  const marked = virtual([real(1, { port: 0 })], { title: "fwmark 7", services: [mark] });
  assert.deepEqual(after(marked, "-1").told, ["RS [10.0.0.1]:none:0 FWM 7 DOWN", "VS FWM 7 DOWN"]);
});

test("the end tells with omega what was up, and without it nothing", () => {
  const settings = virtual([real(1), real(2)], { omega: true });
  assert.deepEqual(lines(endVirtualServer(after(settings, "-1").virtualServer)), [
    "RS [10.0.0.2]:tcp:80 [10.9.9.9]:tcp:80 DOWN",
    "VS [10.9.9.9]:tcp:80 DOWN",
  ]);
  assert.deepEqual(endVirtualServer(after(virtual([real(1)])).virtualServer), []);
});

test("another configuration keeps what is known", () => {
  const before = after(virtual([real(1), real(2)]), "-1").virtualServer;
  const changed = virtual([real(3), real(1, { inhibitOnFailure: true }), real(2)]);
  const { virtualServer, notices } = beginVirtualServer(changed, before);
  assert.deepEqual(serving(virtualServer), ["3:1", "1:0", "2:1"]);
  assert.deepEqual(notices, []);
  const higher = beginVirtualServer({ ...changed, quorum: 3 }, before);
  assert.deepEqual(lines(higher.notices), ["VS [10.9.9.9]:tcp:80 DOWN"]);
});
