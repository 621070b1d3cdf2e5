import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, success } from "../../base/fault.ts";
import { type Loaded, load } from "../load.ts";
import { sourcesOf } from "../testing/sources.ts";
import type { Host } from "./host.ts";
import { lint, type Surroundings } from "./lint.ts";

const HOST: Host = {
  interfaces: new Map([
    ["eth0", ["192.168.150.2/24", "fd00:150::2/64"]],
    ["eth1", []],
  ]),
  check: ({ words: [program] }) => {
    if (program === "/none") return failure("SCRIPT_MISSING", "There is no program");
    if (program === "/text") return failure("SCRIPT_NOT_EXECUTABLE", "It cannot be executed");
    if (program === "/open") return failure("SCRIPT_INSECURE", "Others may change it", "chown it");
    if (program === "/whose") return failure("USER_UNKNOWN", "There is no such user");
    return success(undefined);
  },
};

function loadText(text: string): Loaded {
  return load("test.conf", sourcesOf({ "test.conf": text }))!;
}

function instance(lines: string, name = "A"): string {
  return `vrrp_instance ${name} {
interface eth0
virtual_router_id 51
${lines}
virtual_ipaddress {
192.168.150.100
}
}
`;
}

function codes(text: string, surroundings: Surroundings = {}): string[] {
  return lint(loadText(text), surroundings).map(({ place, code }) => `${place.line} ${code}`);
}

test("nopreempt and preempt_delay do nothing with state MASTER", () => {
  assert.deepEqual(codes(instance("state MASTER\nnopreempt\npreempt_delay 5")), [
    "5 NOPREEMPT_MASTER",
    "6 PREEMPT_DELAY_MASTER",
  ]);
  assert.deepEqual(codes(instance("state BACKUP\nnopreempt\npreempt_delay 5")), []);
});

test("one router number means one router", () => {
  assert.deepEqual(codes(instance("") + instance("", "B")), ["11 DUPLICATE_ROUTER_ID"]);
  const other = instance("", "B").replace("eth0", "eth1");
  assert.deepEqual(codes(instance("") + other), []);
  assert.deepEqual(codes(instance("") + instance("mcast_dst_ip 224.0.0.99", "B")), []);
  const peers = (last: number): string => `unicast_peer {\n192.168.150.${last}\n}`;
  assert.deepEqual(codes(instance(peers(3)) + instance(peers(4), "B")), []);
  assert.deepEqual(codes(instance(peers(3)) + instance(peers(3), "B")), ["13 DUPLICATE_ROUTER_ID"]);
});

test("source, group and peers are of the instance's family", () => {
  const words = (lines: string): string[] => codes(instance("").replace(/}\n$/, `${lines}\n}\n`));
  assert.deepEqual(words("mcast_src_ip 192.168.150.2\nmcast_dst_ip 224.0.0.99"), []);
  assert.deepEqual(words("mcast_src_ip fd00::2\nmcast_dst_ip ff02::99"), [
    "8 ADDRESS_FAMILY",
    "9 ADDRESS_FAMILY",
  ]);
  assert.deepEqual(words("unicast_peer {\nfd00::3\n}"), ["9 ADDRESS_FAMILY"]);
});

test("strict mode is not for unicast, nor for masters that own nothing", () => {
  const strict = "global_defs {\nvrrp_strict\n}\n";
  assert.deepEqual(codes(strict + instance("unicast_peer {\n192.168.150.3\n}")), [
    "2 STRICT_LEFT_IN",
  ]);
  assert.deepEqual(codes(strict + instance("state MASTER")), ["7 STRICT_STATE"]);
  assert.deepEqual(codes(strict + instance("state MASTER\npriority 255")), []);
  assert.deepEqual(codes(strict + instance("state MASTER\nstrict_mode off")), []);
});

test("more than eight bytes of password do not count", () => {
  const password = (text: string): string =>
    instance(`authentication {\nauth_type PASS\nauth_pass ${text}\n}`);
  assert.deepEqual(codes(password("12345678")), []);
  assert.deepEqual(codes(password("123456789")), ["6 PASSWORD_CUT"]);
  assert.deepEqual(codes(password("ääääö")), ["6 PASSWORD_CUT"]);
});

test("an address belongs to a network of its interface", () => {
  assert.deepEqual(codes(instance(""), { host: HOST }), []);
  const outside = instance("").replace("192.168.150.100", "192.168.15.100");
  assert.deepEqual(codes(outside, { host: HOST }), ["6 ADDRESS_OUTSIDE_NETWORK"]);
  const elsewhere = instance("").replace("192.168.150.100", "10.0.0.1 dev eth1");
  assert.deepEqual(codes(elsewhere, { host: HOST }), []);
  const v6 = instance("").replace("192.168.150.100", "fd00:151::1/64");
  assert.deepEqual(codes(v6, { host: HOST }), ["6 ADDRESS_OUTSIDE_NETWORK"]);
});

test("interfaces are there", () => {
  const text = instance("track_interface {\neth8\n}").replace("eth0", "eth9");
  assert.deepEqual(codes(text, { host: HOST }), ["2 INTERFACE_MISSING", "5 INTERFACE_MISSING"]);
  const dev = instance("").replace("192.168.150.100", "192.168.150.100 dev eth7");
  assert.deepEqual(codes(dev, { host: HOST }), ["6 INTERFACE_MISSING"]);
});

test("programs can be run, by who runs them alone", () => {
  const script = (program: string): string => `vrrp_script s {\nscript "${program} -x"\n}\n`;
  assert.deepEqual(codes(script("/none"), { host: HOST }), ["2 PROGRAM_MISSING"]);
  assert.deepEqual(codes(script("/text"), { host: HOST }), ["2 PROGRAM_NOT_EXECUTABLE"]);
  assert.deepEqual(codes(script("/open"), { host: HOST }), ["2 PROGRAM_WRITABLE"]);
  assert.deepEqual(codes(script("/whose"), { host: HOST }), ["2 PROGRAM_USER"]);
  assert.deepEqual(codes(script("/good"), { host: HOST }), ["2 SCRIPT_SECURITY"]);
  const secure = "global_defs {\nenable_script_security\n}\n";
  assert.deepEqual(codes(secure + script("/good"), { host: HOST }), []);
  assert.deepEqual(codes(secure + instance("notify_master /none root"), { host: HOST }), [
    "7 PROGRAM_MISSING",
  ]);
  assert.deepEqual(codes(secure + instance("notify_priority_changes on"), { host: HOST }), []);
});

test("a port behind a mark counts with NAT alone", () => {
  const server = (method: string): string =>
    `virtual_server fwmark 7 {\nlb_kind ${method}\nreal_server 10.0.0.1 80 {\n}\n}`;
  assert.deepEqual(codes(server("DR")), ["3 SERVER_PORT"]);
  assert.deepEqual(codes(server("NAT")), []);
});

test("two nodes cannot both be master with one priority", () => {
  const node = (state: string, priority: number): string =>
    instance(`state ${state}\npriority ${priority}`);
  const against = (peer: string): string[] => codes(node("MASTER", 100), { peer: loadText(peer) });
  assert.deepEqual(against(node("MASTER", 100)), ["4 BOTH_MASTER"]);
  assert.deepEqual(against(node("MASTER", 90)), []);
  assert.deepEqual(against(node("BACKUP", 100)), []);
});
