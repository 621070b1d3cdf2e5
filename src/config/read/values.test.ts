import assert from "node:assert/strict";
import { test } from "node:test";
import {
  readAddressWithPrefix,
  readInteger,
  readSeconds,
  readSwitch,
  splitCommand,
} from "./values.ts";

test("integers are decimal and within their range", () => {
  assert.equal(readInteger("255", 1, 255), 255);
  assert.equal(readInteger("-2", -253, 253), -2);
  for (const text of ["0", "256", "abc", "", "1.5", "0x10", "1e2", "1 "]) {
    assert.equal(readInteger(text, 1, 255), undefined, text);
  }
});

test("seconds have fractions, and are microseconds", () => {
  assert.equal(readSeconds("1", 0.01, 255), 1_000_000);
  assert.equal(readSeconds("0.92", 0.01, 255), 920_000);
  assert.equal(readSeconds(".5", 0.01, 255), 500_000);
  assert.equal(readSeconds("2.71828", 0, 1000), 2_718_280);
  for (const text of ["0.001", "256", "-1", "abc", "", ".", "1s"]) {
    assert.equal(readSeconds(text, 0.01, 255), undefined, text);
  }
});

test("a switch has six words", () => {
  assert.deepEqual(["on", "true", "yes"].map(readSwitch), [true, true, true]);
  assert.deepEqual(["off", "false", "no"].map(readSwitch), [false, false, false]);
  assert.equal(readSwitch("1"), undefined);
});

test("an address has a prefix, or all of its bits", () => {
  assert.deepEqual(readAddressWithPrefix("192.168.150.100/24"), {
    address: "192.168.150.100",
    family: 4,
    prefix: 24,
  });
  assert.equal(readAddressWithPrefix("192.168.150.100")?.prefix, 32);
  assert.equal(readAddressWithPrefix("192.168.150.100/33")?.prefix, 32);
  assert.deepEqual(readAddressWithPrefix("FD00:0:0::1/64"), {
    address: "fd00::1",
    family: 6,
    prefix: 64,
  });
  assert.equal(readAddressWithPrefix("fd00::1")?.prefix, 128);
  for (const text of ["300.1.1.1", "192.168.150", "bogus", "", "1.2.3.4/5/6"]) {
    assert.equal(readAddressWithPrefix(text), undefined, text);
  }
});

test("a command is split at blanks that are not quoted", () => {
  assert.deepEqual(splitCommand("killall -0 haproxy"), ["killall", "-0", "haproxy"]);
  assert.deepEqual(splitCommand("/bin/grep ':::80 '  x"), ["/bin/grep", ":::80 ", "x"]);
  assert.deepEqual(splitCommand(`/x a"b c"d ''`), ["/x", "ab cd", ""]);
  assert.deepEqual(splitCommand("/x a\\ b '\\'"), ["/x", "a b", "\\"]);
  assert.deepEqual(splitCommand("  "), []);
});
