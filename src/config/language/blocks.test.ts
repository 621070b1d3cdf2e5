import assert from "node:assert/strict";
import { test } from "node:test";
import { mistakesIn, outlineOf } from "../testing/parsed.ts";

test("braces may stand on lines of their own, and anywhere else", () => {
  const expected = "vrrp_instance VI_1 [priority 1; track_script [a]]";
  assert.equal(outlineOf("vrrp_instance VI_1 {\npriority 1\ntrack_script {\na\n}\n}"), expected);
  assert.equal(outlineOf("vrrp_instance VI_1\n{\npriority 1\ntrack_script\n{\na\n}\n}"), expected);
  assert.equal(outlineOf("vrrp_instance VI_1 {\npriority 1\ntrack_script { a }}"), expected);
  assert.deepEqual(mistakesIn("vrrp_instance VI_1\n{\ntrack_script { a }\n}"), []);
});

test("a line is one statement, so that several on one are one", () => {
  assert.equal(
    outlineOf("vrrp_instance V { state MASTER interface eth0 virtual_ipaddress { 1.2.3.4 } }"),
    "vrrp_instance V [state MASTER interface eth0 virtual_ipaddress [1.2.3.4]]",
  );
});

test("a forgotten opening brace is found, and the block is what follows", () => {
  const text = "virtual_server 1.2.3.4 80\n lb_algo rr\n}\nvrrp_instance V {\n}";
  assert.deepEqual(mistakesIn(text), ["1 MISSING_BRACE"]);
  assert.equal(outlineOf(text), "virtual_server 1.2.3.4 80 [lb_algo rr]; vrrp_instance V []");
  const without = "vrrp_instance A\nvrrp_instance B {\n}";
  assert.deepEqual(mistakesIn(without), ["1 MISSING_BRACE"]);
  assert.equal(outlineOf(without), "vrrp_instance A; vrrp_instance B []");
  assert.deepEqual(mistakesIn("vrrp_instance A {\n virtual_ipaddress\n}"), ["2 MISSING_BRACE"]);
});

test("a forgotten closing brace is found, and the rest still counts", () => {
  const text = `vrrp_instance A {
  virtual_ipaddress {
    1.2.3.4
vrrp_instance B {
  authentication {
    auth_type PASS
  priority 5
}`;
  assert.deepEqual(mistakesIn(text), ["1 UNCLOSED_BLOCK", "5 UNCLOSED_BLOCK"]);
  assert.equal(
    outlineOf(text),
    "vrrp_instance A [virtual_ipaddress [1.2.3.4]]; " +
      "vrrp_instance B [authentication [auth_type PASS]; priority 5]",
  );
});

test("at the end of the file one finding is enough", () => {
  assert.deepEqual(mistakesIn("vrrp_instance A {\n virtual_ipaddress {\n  1.2.3.4\n }"), [
    "1 UNCLOSED_BLOCK",
  ]);
});

test("a word in the wrong block closes nothing", () => {
  const text = "vrrp_instance A {\n  authentication {\n    priority 5\n  }\n}";
  assert.deepEqual(mistakesIn(text), []);
});

test("a brace too many is found, and one without a word", () => {
  assert.deepEqual(mistakesIn("vrrp_instance A {\n}\n}\nx"), ["3 EXTRA_BRACE"]);
  assert.deepEqual(mistakesIn("{\n a\n}\nvrrp_instance A {\n}"), ["1 UNEXPECTED_BRACE"]);
});

test("blocks of unknown words have their braces", () => {
  const text = "foo {\n bar {\n }\n}\nvrrp_instance A {\n}";
  assert.equal(outlineOf(text), "foo [bar []]; vrrp_instance A []");
  assert.deepEqual(mistakesIn(text), []);
});

test("thousands of open braces are no reason to fail", () => {
  assert.equal(mistakesIn("a {\n".repeat(10_000) + "}\n".repeat(10_000)).length, 0);
});
