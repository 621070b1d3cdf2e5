import assert from "node:assert/strict";
import { test } from "node:test";
import { serviceName } from "../../state/rule.ts";
import { codesIn, readText } from "../testing/read-text.ts";

function text(entries: string, server = "10.0.0.11 8080"): string {
  return `virtual_server_group G {
    ${entries}
  }
  virtual_server group G {
    protocol TCP
    lvs_sched wlc
    lvs_method NAT
    real_server ${server} {
    }
  }`;
}

function services(entries: string, server?: string): readonly string[] {
  const [virtual] = readText(text(entries, server)).configuration.virtualServers;
  return virtual?.services.map(serviceName) ?? [];
}

test("addresses, ranges, networks and marks are services", () => {
  assert.deepEqual(
    services(`10.0.0.1 80
      10.0.1.1-3 81
      10.0.2.254-10.0.3.1 82
      10.0.4.9/30 83
      fwmark 5
      fwmark 6 inet6`),
    [
      "tcp 10.0.0.1:80",
      "tcp 10.0.1.1:81",
      "tcp 10.0.1.2:81",
      "tcp 10.0.1.3:81",
      "tcp 10.0.2.254:82",
      "tcp 10.0.2.255:82",
      "tcp 10.0.3.0:82",
      "tcp 10.0.3.1:82",
      "tcp 10.0.4.8:83",
      "tcp 10.0.4.9:83",
      "tcp 10.0.4.10:83",
      "tcp 10.0.4.11:83",
      "mark 5",
      "mark 6 ipv6",
    ],
  );
});

test("IPv6 ranges end in a hexadecimal number", () => {
  assert.deepEqual(services("fd00::fe-101 80\nfwmark 5", "fd00::11 80"), [
    "tcp [fd00::fe]:80",
    "tcp [fd00::ff]:80",
    "tcp [fd00::100]:80",
    "tcp [fd00::101]:80",
    "mark 5 ipv6",
  ]);
});

test("the port of a real server is its own, since its services differ", () => {
  const [server] = readText(text("10.0.0.1 80\n10.0.0.1 81")).configuration.virtualServers;
  assert.equal(server?.servers[0]?.port, 8080);
});

test("what is no range is nothing, and what is too large a one is found", () => {
  for (const line of [
    "10.0.0.9-3 80",
    "10.0.0.9-256 80",
    "10.0.0.9-10-11 80",
    "10.0.0.1-fd00::1 80",
    "bogus 80",
    "10.0.0.1 70000",
    "fwmark 0",
  ]) {
    assert.deepEqual(services(line), [], line);
  }
  assert.deepEqual(services("10.0.0.0/15 80"), []);
  assert.deepEqual(codesIn(text("10.0.0.0/15 80")), ["2 RANGE_TOO_LARGE"]);
  assert.equal(services("10.0.0.0/24 80").length, 256);
});
