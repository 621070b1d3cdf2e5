import assert from "node:assert/strict";
import { test } from "node:test";
import type { RealServerSettings } from "../../health/settings.ts";
import { complete } from "../testing/complete.ts";
import { codesIn, readText } from "../testing/read-text.ts";

function text(lines: string, name = "10.0.0.100 80"): string {
  return `virtual_server ${name} {
    protocol TCP
    ${complete(lines)}
  }`;
}

function servers(lines: string, name?: string): readonly RealServerSettings[] {
  return readText(text(lines, name)).configuration.virtualServers[0]?.servers ?? [];
}

test("a real server has weight, thresholds, scripts and switches", () => {
  const [server] = servers(`real_server 10.0.0.11 8080 {
      weight 0
      uthreshold 100
      lthreshold 50
      notify_up "/bin/up a"
      notify_down /bin/down joe
      inhibit_on_failure
      alpha
      smtp_alert no
    }`);
  assert.deepEqual(server, {
    address: "10.0.0.11",
    port: 8080,
    method: "nat",
    weight: 0,
    upperThreshold: 100,
    lowerThreshold: 50,
    checks: [],
    inhibitOnFailure: true,
    alpha: true,
    notifyUp: { words: ["/bin/up", "a"] },
    notifyDown: { words: ["/bin/down"], user: "joe" },
    mails: false,
  });
});

test("what it does not say its virtual server says", () => {
  const [server, other] = servers(`weight 7
    inhibit_on_failure
    alpha
    lb_kind DR
    real_server 10.0.0.11 80 {
    }
    real_server 10.0.0.12 80 {
      weight 2147483648
      inhibit_on_failure off
      alpha no
      lvs_method NAT
    }`);
  assert.deepEqual(
    [server?.weight, server?.inhibitOnFailure, server?.alpha, server?.method],
    [7, true, true, "dr"],
  );
  assert.deepEqual(
    [other?.weight, other?.inhibitOnFailure, other?.alpha, other?.method],
    [7, false, false, "nat"],
  );
});

test("DR and TUN go to the service's port, and a check to the port that is written", () => {
  const lines = "lb_kind DR\nreal_server 10.0.0.11 8080 {\nTCP_CHECK {\n}\n}";
  const [server] = servers(lines);
  assert.deepEqual([server?.port, server?.checks[0]?.target.port], [80, 8080]);
  assert.deepEqual(codesIn(text(lines)), ["4 SERVER_PORT"]);
});

test("a real server without a port has the service's, and is found", () => {
  const lines = "real_server 10.0.0.11 {\nTCP_CHECK {\n}\n}";
  const [server] = servers(lines);
  assert.deepEqual([server?.port, server?.checks[0]?.target.port], [80, 80]);
  assert.deepEqual(codesIn(text(lines)), ["3 SERVER_WITHOUT_PORT"]);
});

test("behind a mark DR has no port, and NAT its own", () => {
  const lines = (method: string): string =>
    `lvs_method ${method}\nreal_server 10.0.0.11 80 {\nTCP_CHECK {\n}\n}`;
  const [dr] = servers(lines("DR"), "fwmark 7");
  assert.deepEqual([dr?.port, dr?.checks[0]?.target.port], [0, 80]);
  assert.equal(servers(lines("NAT"), "fwmark 7")[0]?.port, 80);
});

test("of two real servers that are one the first counts", () => {
  const lines = `real_server 10.0.0.11 80 {
      weight 3
    }
    real_server 10.0.0.11 80 {
    }
    real_server 10.0.0.11 81 {
    }`;
  assert.deepEqual(
    servers(lines).map(({ port, weight }) => [port, weight]),
    [
      [80, 3],
      [81, 1],
    ],
  );
  assert.deepEqual(codesIn(text(lines)), ["6 DUPLICATE_SERVER"]);
});

test("a real server of the other family is for tunnels", () => {
  const lines = "real_server 10.0.0.11 80 {\n}\nreal_server fd00::11 80 {\n}";
  assert.equal(servers(lines).length, 1);
  assert.deepEqual(codesIn(text(lines)), ["5 SERVER_FAMILY"]);
  assert.deepEqual(codesIn(text(lines, "fwmark 7")), ["5 SERVER_FAMILY"]);
  assert.equal(servers(`lvs_method TUN\n${lines}`).length, 2);
});

test("what is no real server is nothing", () => {
  assert.deepEqual(servers("real_server bogus 80 {\n}\nreal_server 10.0.0.1 70000 {\n}"), []);
});
