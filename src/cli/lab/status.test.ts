import assert from "node:assert/strict";
import test from "node:test";
import { describeStatus } from "./status.ts";

test("describeStatus() prints a line a host, with its addresses and processes", () => {
  const text = describeStatus({
    name: "dr",
    kind: "dr",
    state: "broken",
    hosts: [
      {
        name: "node01",
        role: "director",
        namespace: "weir-dr-node01",
        addresses: ["eth0 192.168.150.11/24", "eth0 192.168.150.100/32"],
        daemonPid: 812,
        httpPid: null,
        state: "up",
      },
      {
        name: "node02",
        role: "real server",
        namespace: "weir-dr-node02",
        addresses: ["lo 192.168.150.100/32"],
        daemonPid: null,
        httpPid: null,
        state: "broken",
      },
    ],
  });
  assert.equal(
    text,
    [
      'lab "dr" (dr): broken',
      "node01   director     up      " +
        "eth0 192.168.150.11/24, eth0 192.168.150.100/32, weir daemon 812",
      "node02   real server  broken  lo 192.168.150.100/32",
      "",
    ].join("\n"),
  );
});
