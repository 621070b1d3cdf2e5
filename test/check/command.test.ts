import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

const WEIR = new URL("../../weir", import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), "weir-check-"));
chmodSync(folder, 0o755);
after(() => rmSync(folder, { recursive: true, force: true }));

/** The status and what was printed, with the folder taken out of it. */
function check(...words: readonly string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(WEIR, ["check", ...words], {
    encoding: "utf8",
    cwd: folder,
  });
  return { status, out: stdout, err: stderr };
}

function write(name: string, text: string, mode = 0o644): string {
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
  return name;
}

const GOOD = `vrrp_instance A {
  interface lo
  virtual_router_id 51
  virtual_ipaddress {
    127.0.0.9
  }
}
`;

test("a clean file says so", () => {
  const file = write("good.conf", GOOD);
  assert.deepEqual(check(file), {
    status: 0,
    out: "good.conf: nothing to complain about\n",
    err: "",
  });
  assert.equal(check("--strict", file).status, 0);
});

test("a warning has its place, its line with a caret, its code and its cure", () => {
  const file = write(
    "typo.conf",
    `${GOOD}foo {\n}\n`.replace("virtual_router_id", "\tpriorty 5\n  virtual_router_id"),
  );
  const { status, out } = check(file);
  assert.equal(status, 0);
  assert.equal(
    out,
    `typo.conf:3:4: warning: keepalived has no word priorty in vrrp_instance. [UNKNOWN_WORD]
    \tpriorty 5
    \t^~~~~~~
  Did you mean priority?
typo.conf:9:1: warning: keepalived has no word foo. [UNKNOWN_WORD]
  foo {
  ^~~
  Take it out; it does not count, and what is in its block neither.
typo.conf: 0 errors, 2 warnings
`,
  );
  assert.equal(check("--strict", file).status, 1);
});

test("errors and files that cannot be read have a status of their own", () => {
  const { status, out } = check(write("open.conf", "vrrp_instance A {\n"));
  assert.equal(status, 2);
  assert.match(out, /^open\.conf:1:1: error: .* \[UNCLOSED_BLOCK\]$/m);
  const missing = check("none.conf");
  assert.equal(missing.status, 3);
  assert.match(missing.err, /none\.conf cannot be read/);
  assert.equal(check(".").status, 3);
});

test("findings as JSON hold all that the text does", () => {
  const { out } = check("--json", write("json.conf", "foo\n"));
  assert.deepEqual(JSON.parse(out), {
    findings: [
      {
        code: "UNKNOWN_WORD",
        severity: "warning",
        place: { file: "json.conf", line: 1, column: 1 },
        length: 3,
        message: "keepalived has no word foo.",
        fix: "Take it out; it does not count, and what is in its block neither.",
      },
    ],
  });
});

test("programs and interfaces are those of this host, unless the file is for another", () => {
  write("open.sh", "#!/bin/sh\n", 0o777);
  const file = write(
    "host.conf",
    `global_defs {\nenable_script_security\nscript_user root\n}
vrrp_script a {\nscript "${folder}/none.sh"\n}
vrrp_script b {\nscript "${folder}/open.sh"\n}
${GOOD.replace("interface lo", "interface no-such0")}`,
  );
  const { out } = check(file);
  for (const code of ["PROGRAM_MISSING", "PROGRAM_WRITABLE", "INTERFACE_MISSING"]) {
    assert.match(out, new RegExp(`\\[${code}\\]`));
  }
  assert.equal(check("--elsewhere", file).out, "host.conf: nothing to complain about\n");
});

test("@id lines are those of the instance that is named", () => {
  const file = write("id.conf", `${GOOD}@one foo\n@two bar\n`);
  assert.match(check("--config-id", "two", file).out, /no word bar/);
  assert.doesNotMatch(check("--config-id", "two", file).out, /no word foo/);
});

test("the file of the other node is looked at for what both cannot have", () => {
  const node = GOOD.replace("interface", "state MASTER\n  interface");
  const file = write("node1.conf", node);
  assert.match(check("--peer", write("node2.conf", node), file).out, /\[BOTH_MASTER\]/);
  assert.doesNotMatch(check("--peer", "good.conf", file).out, /BOTH_MASTER/);
});

test("a code is explained, and one that is none names those that are", () => {
  assert.match(check("--explain", "wrong_block").out, /^WRONG_BLOCK\n\nA word of keepalived/);
  const { status, err } = check("--explain", "NONE");
  assert.equal(status, 2);
  assert.match(err, /UNKNOWN_WORD/);
});

test("what a terminal would act on is not printed", () => {
  const { out } = check(write("escape.conf", "foo\u001b[31m x\n"));
  assert.match(out, /no word foo\?\[31m/);
  assert.ok(!out.includes("\u001b"));
});

test("the examples of --help are true", () => {
  const { out } = check("--help");
  const examples = [...out.matchAll(/^ {2}weir check (.*)$/gm)].map(([, words]) => words!);
  assert.equal(examples.length, 2);
  const [read, explained] = examples.map((words) => check(...words.split(" ")));
  assert.ok(read!.status === 0 || read!.status === 3);
  assert.equal(explained!.status, 0);
});
