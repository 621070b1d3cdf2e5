import assert from "node:assert/strict";
import { test } from "node:test";
import { codesIn, readText } from "../testing/read-text.ts";

function routes(...lines: readonly string[]): readonly unknown[] {
  return readText(`static_routes {\n${lines.join("\n")}\n}`).configuration.staticRoutes;
}

test("the routes of the manual page", () => {
  assert.deepEqual(
    routes(
      "src 192.168.100.1 to 192.168.109.0/24 via 192.168.200.254 dev eth1",
      "192.168.111.0/24 dev eth2 no_track",
      "blackhole 192.168.114.0/24",
      "0.0.0.0/0 gw 192.168.0.1 table 100",
      "default via fd00::1 metric 5 scope site",
      "default via 10.0.0.1 table main priority 6",
    ),
    [
      {
        source: "192.168.100.1",
        destination: "192.168.109.0/24",
        gateway: "192.168.200.254",
        device: "eth1",
      },
      { destination: "192.168.111.0/24", device: "eth2", untracked: true },
      { blackhole: true, destination: "192.168.114.0/24" },
      { destination: "0.0.0.0/0", gateway: "192.168.0.1", table: 100 },
      { destination: "::/0", gateway: "fd00::1", metric: 5, scope: 200 },
      { destination: "0.0.0.0/0", gateway: "10.0.0.1", table: 254, metric: 6 },
    ],
  );
});

test("a static route that leads nowhere leads through the default interface", () => {
  assert.deepEqual(routes("10.0.0.0/8"), [{ destination: "10.0.0.0/8", device: "eth0" }]);
});

test("a route that would be another one is left out, and found", () => {
  const lines = [
    "192.168.1.0/24 via bogus",
    "bogus via 10.0.0.1",
    "via 10.0.0.1",
    "10.0.0.0/8 via 10.0.0.1 or 10.0.0.2",
    "10.0.0.0/8 nexthop via 10.0.0.1",
    "10.0.0.0/8 via",
  ];
  assert.deepEqual(routes(...lines), []);
  assert.deepEqual(
    codesIn(`static_routes {\n${lines.join("\n")}\n}`),
    lines.map((_, at) => `${at + 2} ROUTE`),
  );
});
