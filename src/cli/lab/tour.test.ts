import assert from "node:assert/strict";
import test from "node:test";
import { enter, hostEnvironment } from "./enter.ts";
import { TOPOLOGIES } from "./topology.ts";
import { whereNext } from "./tour.ts";

const DR = TOPOLOGIES.get("dr")!;

test("whereNext() names the lab only where it is not the default one", () => {
  assert.match(
    whereNext("dr", DR),
    /^ {2}weir lab exec client -- curl http:\/\/192\.168\.150\.100/m,
  );
  assert.match(whereNext("two", DR), /^ {2}weir lab exec --name two node01 -- ss -tan/m);
  assert.match(whereNext("two", DR), /^ {2}weir lab down --name two$/m);
});

test("whereNext() shows each method's own networks, servers and way of sharing", () => {
  const nat = whereNext("nat", TOPOLOGIES.get("nat")!);
  assert.match(nat, /^ {2}weir lab exec --name nat switch -- tcpdump -eni node01-eth1 # inside/m);
  assert.match(nat, /ipvsadm -e -t 192\.168\.150\.100:80 -r 10\.0\.0\.12:8080 -m -w 0$/m);
  const gue = whereNext("six", TOPOLOGIES.get("tun-gue-ipv6")!);
  assert.match(gue, /client -- curl http:\/\/\[fd00:150::100\]\/$/m);
  assert.match(gue, /-r \[fd00:151::12\]:80 -i --tun-type gue --tun-port 6080 -w 0$/m);
});

test("a command on a host is entered by its namespace, word for word", () => {
  assert.deepEqual(enter("dr", "node02", ["echo", "a b", "$HOME"]), [
    "nsenter",
    "--net=/run/netns/weir-dr-node02",
    "--",
    "echo",
    "a b",
    "$HOME",
  ]);
});

test("a command on a host finds this checkout first, and that host's daemon", () => {
  const { PATH, WEIR_NAME } = hostEnvironment("dr", "node01");
  const [root, bin, ...others] = PATH!.split(":");
  assert.equal(bin, `${root}bin`);
  assert.equal(others.join(":"), process.env.PATH);
  assert.equal(WEIR_NAME, "lab-dr-node01");
});
