import assert from "node:assert/strict";
import { test } from "node:test";
import { compileRegex } from "./regex.ts";

function matches(source: string, text: string, ...options: string[]): boolean {
  const compiled = compileRegex(source, options);
  assert.ok(compiled.ok, compiled.ok ? "" : compiled.fault.message);
  return compiled.value.test(text);
}

function codeOf(source: string, ...options: string[]): string {
  const compiled = compileRegex(source, options);
  return compiled.ok ? `reads it as ${compiled.value}` : compiled.fault.code;
}

test("what both languages have means the same", () => {
  assert.ok(matches("^HTTP\\s+(\\d{3})\\b.*\\1$", "HTTP  200 or 200"));
  assert.ok(matches("[^\\]a-c[]\\x41\\.", "dA."));
  assert.ok(matches("(?<digit>\\d)\\k<digit>", "a77"));
  assert.ok(matches("a(?i:b)c", "aBc"));
  assert.ok(!matches("a(?i:b)c", "aBC"));
});

test("the end of the page is before its last newline too", () => {
  assert.ok(matches("ok$", "all ok"));
  assert.ok(matches("ok$", "all ok\n"));
  assert.ok(!matches("ok$", "all ok\n\n"));
  assert.ok(!matches("ok$", "ok\nno"));
  assert.ok(!matches("ok$", "all ok\n", "dollar_endonly"));
  assert.ok(matches("ok$", "ok\nno", "multiline"));
  assert.ok(matches("^[$]\\$$", "$$\n"), "a dollar itself stays one");
});

test("options stand in their own line, or before the expression", () => {
  assert.ok(!matches("up", "UP"));
  assert.ok(matches("up", "UP", "caseless"));
  assert.ok(matches("(?i)up", "UP"));
  assert.ok(matches("(?is)a.*up", "A\nUP", "caseless"));
  assert.ok(matches("\\p{Lu}", "Ä", "utf"));
  assert.equal(codeOf("a", "caseless", "anchored"), "REGEX_OPTION");
  assert.equal(codeOf("a", "constructor"), "REGEX_OPTION");
});

test("what only PCRE2 reads is refused", () => {
  const sources = ["(a", "a++", "(?>a)b", "(?P<n>a)", "a(?i)b", "(?x)a b", "(?#note)a", "(*UTF)a"];
  for (const source of [...sources, "(?|a|b)", "(?R)", "(a)(?1)", "a{2}+", "[b-a]"]) {
    assert.equal(codeOf(source), "REGEX_SYNTAX", source);
  }
});

test("what PCRE2 reads as something else is refused", () => {
  const sources = [
    "[[:alpha:]]+",
    "[a[:^digit:]]",
    "\\Aok\\z",
    "ok\\Z",
    "\\Qa.b\\E",
    "\\h+",
    "a\\Kb",
  ];
  for (const source of [...sources, "\\x{41}", "\\p{Lu}", "[]a]", "[^]a]", "\\R", "\\e", "[\\h]"]) {
    assert.equal(codeOf(source), "REGEX_DIALECT", source);
  }
  assert.equal(codeOf("\\x{41}", "utf"), "REGEX_DIALECT");
  assert.ok(!matches("a[]", "a", "allow_empty_class"));
});
