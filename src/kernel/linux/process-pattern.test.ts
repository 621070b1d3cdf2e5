import { equal } from "node:assert/strict";
import { test } from "node:test";
import type { ProcessPattern } from "../tracking.ts";
import { matches } from "./process-pattern.ts";

const haproxy = {
  comm: "haproxy",
  words: () => ["/usr/sbin/haproxy", "-Ws", "-f", "/etc/haproxy/haproxy.cfg"],
};

const pattern = (words: string, changed: Partial<ProcessPattern> = {}): ProcessPattern => ({
  command: words.split(" "),
  parameters: "ignored",
  fullCommand: false,
  ...changed,
});

test("the kernel's name decides, or the first word of the command line", () => {
  equal(matches(pattern("haproxy"), haproxy), true);
  equal(matches(pattern("nginx"), haproxy), false);
  equal(matches(pattern("haproxy -x"), haproxy), true);
  equal(matches(pattern("haproxy", { fullCommand: true }), haproxy), false);
  equal(matches(pattern("/usr/sbin/haproxy", { fullCommand: true }), haproxy), true);
  equal(matches(pattern("/usr/sbin/haproxy"), haproxy), true);
});

test("of a long name the kernel keeps the beginning", () => {
  const long = { comm: "a-very-long-nam", words: () => ["a-very-long-name-indeed"] };
  equal(matches(pattern("a-very-long-name-indeed"), long), true);
});

test("parameters must be these, these first, or begin with these", () => {
  const cases: [string, "exact" | "partial" | "initial", boolean][] = [
    ["haproxy -Ws -f /etc/haproxy/haproxy.cfg", "exact", true],
    ["haproxy -Ws -f", "exact", false],
    ["haproxy -Ws -f", "partial", true],
    ["haproxy -Ws -g", "partial", false],
    ["haproxy -Ws -f /etc/haproxy", "partial", false],
    ["haproxy -Ws -f /etc/haproxy", "initial", true],
    ["haproxy -W -f /etc/haproxy", "initial", false],
    ["haproxy", "partial", true],
    ["haproxy", "exact", false],
    ["haproxy -Ws -f /etc/haproxy/haproxy.cfg more", "initial", false],
  ];
  for (const [words, parameters, expected] of cases) {
    equal(matches(pattern(words, { parameters }), haproxy), expected, `${words} ${parameters}`);
  }
});

test("a process without a command line, such as the kernel's own, has its name alone", () => {
  const kernel = { comm: "kthreadd", words: () => [] };
  equal(matches(pattern("kthreadd"), kernel), true);
  equal(matches(pattern("kthreadd", { fullCommand: true }), kernel), false);
});
