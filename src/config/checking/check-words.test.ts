// biome-ignore-all lint/suspicious/noTemplateCurlyInString: keepalived.conf has such variables

import assert from "node:assert/strict";
import { test } from "node:test";
import { parsed } from "../testing/parsed.ts";
import type { Finding } from "../tree.ts";
import { checkWords } from "./check-words.ts";

function findingsIn(text: string): readonly Finding[] {
  return checkWords(parsed(text).tree);
}

/** "LINE:COLUMN CODE" */
function shown(text: string): string[] {
  return findingsIn(text).map(({ place, code }) => `${place.line}:${place.column} ${code}`);
}

function inInstance(line: string): string[] {
  return shown(`vrrp_instance VI_1 {\n${line}\n}`);
}

test("a word that nobody knows is named with the nearest that somebody knows", () => {
  const [finding] = findingsIn("vrrp_instance V {\n prioritty 5\n}");
  assert.equal(finding!.code, "UNKNOWN_WORD");
  assert.deepEqual(finding!.place, { file: "test.conf", line: 2, column: 2 });
  assert.equal(finding!.length, 9);
  assert.match(finding!.fix!, /mean priority\?/);
  assert.match(findingsIn("foo bar")[0]!.fix!, /Take it out/);
});

test("what stands in an unknown block is part of the mistake", () => {
  assert.deepEqual(shown("foo {\n bar {\n baz\n}\n}"), ["1:1 UNKNOWN_WORD"]);
});

test("a word in the wrong block is told its place", () => {
  const text =
    "virtual_server 1.2.3.4 80 {\nreal_server 1.2.3.5 80 {\nTCP_CHECK {\nnb_get_retry 3\n}\n}\n}";
  const [finding, ...others] = findingsIn(text);
  assert.equal(finding!.code, "WRONG_BLOCK");
  assert.match(finding!.fix!, /in HTTP_GET/);
  assert.deepEqual(others, []);
});

test("words that keepalived has dropped, and that we do not have yet", () => {
  assert.deepEqual(shown("virtual_server 1.2.3.4 80 {\nnat_mask 255.0.0.0\n}"), [
    "2:1 REMOVED_WORD",
  ]);
  assert.deepEqual(shown("global_defs {\nenable_dbus\nmax_auto_priority x\n}"), [
    "2:1 NOT_SUPPORTED",
    "3:1 NOT_SUPPORTED",
  ]);
  assert.deepEqual(shown("bfd_instance A {\nanything\n}"), ["1:1 NOT_SUPPORTED"]);
  assert.match(inInstance("owner_ignore_adverts on")[0]!, /NOT_SUPPORTED/);
});

test("numbers have ranges", () => {
  for (const line of [
    "priority 1",
    "priority 255",
    "advert_int 0.01",
    "advert_int 1",
    "version 3",
  ]) {
    assert.deepEqual(inInstance(line), [], line);
  }
  for (const line of [
    "priority 0",
    "priority 256",
    "priority -1",
    "priority 1.5",
    "priority abc",
  ]) {
    assert.deepEqual(inInstance(line), ["2:10 BAD_VALUE"], line);
  }
  for (const line of ["advert_int 0", "advert_int 256", "advert_int x", "advert_int 1e1"]) {
    assert.deepEqual(inInstance(line), ["2:12 BAD_VALUE"], line);
  }
});

test("names, switches and addresses are what they must be", () => {
  for (const line of [
    "state MASTER",
    "smtp_alert",
    "smtp_alert no",
    "mcast_src_ip fd00::1",
    "mcast_dst_ip 239.1.1.1",
    "mcast_dst_ip ff02::1",
  ]) {
    assert.deepEqual(inInstance(line), [], line);
  }
  for (const line of [
    "state SLAVE",
    "smtp_alert perhaps",
    "mcast_src_ip 300.1.1.1",
    "mcast_dst_ip 10.0.0.1",
    "mcast_dst_ip fd00::1",
  ]) {
    assert.match(inInstance(line).join(), /^2:\d+ BAD_VALUE$/, line);
  }
  assert.match(findingsIn("vrrp_instance V {\nstate master\n}")[0]!.fix!, /Write MASTER/);
  assert.match(findingsIn("vrrp_instance V {\nstate MASTER;\n}")[0]!.fix!, /Write MASTER/);
});

test("too little and too much", () => {
  assert.deepEqual(inInstance("priority"), ["2:1 MISSING_ARGUMENT"]);
  assert.deepEqual(inInstance("priority 1 2"), ["2:12 EXTRA_ARGUMENT"]);
  assert.deepEqual(shown("vrrp_script {\n}"), ["1:1 MISSING_ARGUMENT"]);
  assert.deepEqual(inInstance('notify "/bin/x y" root root'), []);
  const [finding] = findingsIn("vrrp_script s {\nscript killall -0 haproxy\n}");
  assert.equal(finding!.code, "EXTRA_ARGUMENT");
  assert.match(finding!.fix!, /quotes/);
});

test("several words on a line are one mistake", () => {
  assert.deepEqual(shown("vrrp_instance V { state MASTER virtual_ipaddress { 1.2.3.4 } }"), [
    "1:19 UNEXPECTED_BLOCK",
  ]);
});

test("lines of lists have a shape too", () => {
  const addresses = (line: string): string[] => inInstance(`virtual_ipaddress {\n${line}\n}`);
  assert.deepEqual(addresses("10.0.0.1/24 dev eth0 label eth0:1 scope global no_track"), []);
  assert.deepEqual(addresses("fd00::1/64 -nodad preferred_lft forever"), []);
  assert.deepEqual(addresses("10.0.0.1/33"), ["3:1 BAD_VALUE"]);
  assert.deepEqual(addresses("10.0.0"), ["3:1 BAD_VALUE"]);
  assert.deepEqual(addresses("10.0.0.1 foo bar"), ["3:10 EXTRA_ARGUMENT"]);
  assert.deepEqual(addresses("10.0.0.1 dev"), ["3:10 MISSING_ARGUMENT"]);
  assert.deepEqual(inInstance("track_script {\ns weight 300\n}"), ["3:10 BAD_VALUE"]);
  assert.deepEqual(inInstance("unicast_peer {\n1.2.3.4 min_ttl 5 max_ttl 255\n}"), []);
});

test("virtual servers have names of three kinds", () => {
  for (const name of ["1.2.3.4 80", "1.2.3.4", "fd00::1 80", "fwmark 7", "group G"]) {
    assert.deepEqual(shown(`virtual_server ${name} {\n}`), [], name);
  }
  for (const name of ["300.1.1.1 80", "1.2.3.4 70000", "fwmark 0", "fwmark x"]) {
    assert.match(shown(`virtual_server ${name} {\n}`).join(), /^1:\d+ BAD_VALUE$/, name);
  }
  assert.deepEqual(shown("virtual_server {\n}"), ["1:1 MISSING_ARGUMENT"]);
  assert.deepEqual(
    shown("virtual_server_group G {\n1.2.3.4 80\n1.2.3.1-20 80\n10.0.0.0/28\nfwmark 3 inet6\n}"),
    [],
  );
  assert.deepEqual(shown("virtual_server_group G {\nnonsense 80\n}"), ["2:1 BAD_VALUE"]);
});

test("methods and timeouts have words of their own behind them", () => {
  const server = (line: string): string[] => shown(`virtual_server 1.2.3.4 80 {\n${line}\n}`);
  assert.deepEqual(server("lvs_method TUN type gue port 6080 nocsum"), []);
  assert.deepEqual(server("protocol tcp"), []);
  assert.match(shown("global_defs {\nlvs_timeouts\n}").join(), /MISSING_ARGUMENT/);
  assert.match(server("lvs_method TUN type foo").join(), /BAD_VALUE/);
  assert.deepEqual(shown("global_defs {\nlvs_timeouts tcp 100 tcpfin 20 udp 30\n}"), []);
  assert.match(shown("global_defs {\nlvs_timeouts tcp x\n}").join(), /BAD_VALUE/);
});

test("status codes go up", () => {
  const url = (line: string): string[] =>
    shown(
      `virtual_server 1.2.3.4 80 {\nreal_server 1.2.3.5 80 {\nHTTP_GET {\nurl {\n${line}` +
        "\n}\n}\n}\n}",
    );
  assert.deepEqual(url("status_code 200 300-399 404"), []);
  assert.deepEqual(url("status_code 99"), ["5:13 BAD_VALUE"]);
  assert.deepEqual(url("status_code 200 300-200"), ["5:17 BAD_VALUE"]);
});

test("templates and variables without a value are said to be that", () => {
  assert.deepEqual(inInstance("priority {{PRIO}}"), ["2:10 PLACEHOLDER"]);
  assert.deepEqual(inInstance("{{ NOTIFY }}"), ["2:1 PLACEHOLDER"]);
  assert.deepEqual(inInstance("priority $PRIO"), ["2:10 UNDEFINED_VARIABLE"]);
  assert.deepEqual(inInstance("priority 1${PRIO}"), ["2:10 UNDEFINED_VARIABLE"]);
  assert.deepEqual(shown('vrrp_script s {\nscript "echo ${HOME}"\n}'), []);
});

test("names that every object has are no words", () => {
  assert.deepEqual(shown("constructor\n__proto__ x"), ["1:1 UNKNOWN_WORD", "2:1 UNKNOWN_WORD"]);
  assert.deepEqual(inInstance("virtual_ipaddress {\n1.2.3.4 toString\n}"), ["3:9 EXTRA_ARGUMENT"]);
});
