import assert from "node:assert/strict";
import { test } from "node:test";
import { load } from "./load.ts";
import { sourcesOf } from "./testing/sources.ts";

function codes(files: Readonly<Record<string, string>>): string[] {
  return load("a.conf", sourcesOf(files))!.findings.map(
    ({ place, code }) => `${place.file}:${place.line} ${code}`,
  );
}

test("a file that is not there is nothing", () => {
  assert.equal(load("a.conf", sourcesOf({})), undefined);
});

test("findings of all kinds come in the order of the lines", () => {
  const text = `vrrp_instance A {
  interface eth0
  virtual_router_id 51
  track_script {
    none
  }
  virtual_ipaddress {
    10.0.0.1
  }
}
foo
include b.conf
vrrp_instance B {
`;
  assert.deepEqual(codes({ "a.conf": text, "b.conf": "bar" }), [
    "a.conf:5 NO_SUCH_SCRIPT",
    "a.conf:11 UNKNOWN_WORD",
    "a.conf:13 UNCLOSED_BLOCK",
    "b.conf:1 UNKNOWN_WORD",
  ]);
});

test("what follows from a mistake is not another", () => {
  const instance = (lines: string): string[] =>
    codes({ "a.conf": `vrrp_instance A {\n${lines}\n}` });
  const address = "virtual_ipaddress {\n10.0.0.1\n}";
  const device = "interface eth0";
  assert.deepEqual(instance(`${device}\nvirtual_router_id 256\n${address}`), [
    "a.conf:3 BAD_VALUE",
  ]);
  assert.deepEqual(instance(`${device}\nvirtual_route_id 51\n${address}`), [
    "a.conf:3 UNKNOWN_WORD",
  ]);
  assert.deepEqual(instance(`${device}\nvirtual_router_id 51\nvirtual_ipaddress {\nbogus\n}`), [
    "a.conf:5 BAD_VALUE",
  ]);
  assert.deepEqual(instance(`${device}\nfoo\n${address}`), [
    "a.conf:1 INSTANCE_INCOMPLETE",
    "a.conf:3 UNKNOWN_WORD",
  ]);
});
