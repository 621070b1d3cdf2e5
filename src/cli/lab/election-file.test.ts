import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, test } from "node:test";
import { type ElectionFile, electionFiles } from "./election-file.ts";
import { removeLabFiles } from "./record.ts";
import { TOPOLOGIES } from "./topology.ts";

const HA = TOPOLOGIES.get("ha")!;
const LAB = `file-${process.pid}`;
const folder = mkdtempSync(join(tmpdir(), "weir-lab-"));
const cannotWrite = process.getuid?.() === 0 ? false : "the labs' folder is root's";

afterEach(() => {
  removeLabFiles(LAB);
});
after(() => rmSync(folder, { recursive: true }));

function filesOf(topology = HA, given?: string): [ElectionFile, ElectionFile] {
  const files = electionFiles(LAB, topology, given);
  assert.ok(files.ok);
  assert.deepEqual([...files.value.keys()], ["node01", "node04"]);
  return [files.value.get("node01")!, files.value.get("node04")!];
}

const text = ({ path }: ElectionFile) => readFileSync(path, "utf8");

function configuration(lines: string): string {
  const path = join(folder, "given.conf");
  writeFileSync(path, lines);
  return path;
}

test("the lecture's configuration: a master of 100, a backup of 50", { skip: cannotWrite }, () => {
  const [master, backup] = filesOf().map(text) as [string, string];
  assert.match(master, /^ {4}state MASTER$/m);
  assert.match(master, /^ {4}priority 100$/m);
  assert.match(master, /192\.168\.150\.100\/24 dev eth0 label eth0:3/);
  assert.match(
    master,
    /real_server 192\.168\.150\.12 80 (?:.*\n)*? *real_server 192\.168\.150\.13 80 /,
  );
  assert.equal(
    backup,
    master.replace("state MASTER", "state BACKUP").replace("priority 100", "priority 50"),
  );
});

test("over IPv6 it is VRRP version 3, without a password", { skip: cannotWrite }, () => {
  const [master] = filesOf(TOPOLOGIES.get("ha-ipv6")).map(text) as [string];
  assert.match(master, /vrrp_version 3/);
  assert.match(master, /fe80::100\/64 dev eth0\n {8}fd00:150::100\/64 dev eth0\n/);
  assert.doesNotMatch(master, /auth_pass/);
});

test("a master's file stands for the first director alone", { skip: cannotWrite }, () => {
  const path = configuration("vrrp_instance A {\n  state MASTER # first\n  priority 1\n}\n");
  const [master, backup] = filesOf(HA, path);
  assert.equal(master.path, path);
  assert.equal(text(backup), "vrrp_instance A {\n  state BACKUP # first\n  priority 1\n}\n");
});

test("a file with conditions is everybody's", { skip: cannotWrite }, () => {
  const path = configuration("@node01 $P=200\n@^node01 $P=90\n");
  assert.deepEqual(filesOf(HA, path), [
    { path, conditional: true },
    { path, conditional: true },
  ]);
});

test("a file that is not there is refused by its name", { skip: cannotWrite }, () => {
  const files = electionFiles(LAB, HA, join(folder, "missing.conf"));
  assert.ok(!files.ok);
  assert.equal(files.fault.code, "NO_CONFIGURATION");
  assert.match(files.fault.message, /missing\.conf/);
});
