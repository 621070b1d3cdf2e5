// biome-ignore-all lint/suspicious/noTemplateCurlyInString: keepalived.conf has such variables

import assert from "node:assert/strict";
import { test } from "node:test";
import { withoutComment } from "./quotes.ts";
import { textOfLine } from "./text.ts";
import { tokensOf } from "./tokens.ts";

function shown(line: string): string[] {
  const text = textOfLine("test.conf", 1, withoutComment(line));
  return tokensOf(text).map(({ kind, word }) => {
    return kind === "word" ? word.text : `${kind}:${word.text}`;
  });
}

test("words stand between blanks, and quotes hold them together", () => {
  assert.deepEqual(shown('script "killall -0 haproxy"'), ["script", "killall -0 haproxy"]);
  assert.deepEqual(shown("script 'a b' c"), ["script", "a b", "c"]);
  assert.deepEqual(shown('x "it\'s" ""'), ["x", "it's", ""]);
  assert.deepEqual(shown("x it's y"), ["x", "it's", "y"]);
  assert.deepEqual(shown('ab"c d"ef'), ["ab", "c d", "ef"]);
});

test("an escaped quote ends nothing, and escapes stay for who runs the command", () => {
  assert.deepEqual(shown(String.raw`x "a\"b\\" c`), ["x", String.raw`a\"b\\`, "c"]);
});

test("a comment starts anywhere but in quotes", () => {
  assert.deepEqual(shown("priority 100 ! trailing"), ["priority", "100"]);
  assert.deepEqual(shown("priority x#y"), ["priority", "x"]);
  assert.deepEqual(shown("x \"a # b\" 'c ! d' # e"), ["x", "a # b", "c ! d"]);
});

test("braces are apart with and without blanks, but in quotes and templates", () => {
  assert.deepEqual(shown("a{b}"), ["a", "open:{", "b", "close:}"]);
  assert.deepEqual(shown('"a { b }"'), ["a { b }"]);
  assert.deepEqual(shown("x {{ NAME }}/24 ${NONE} {"), ["x", "{{ NAME }}/24", "${NONE}", "open:{"]);
});

test("a quote without an end takes the line", () => {
  assert.deepEqual(shown('notify "/tmp/ok.sh a  '), ["notify", "unterminated:/tmp/ok.sh a"]);
});

test("a word knows where it stands, quotes included", () => {
  const [, word] = tokensOf(textOfLine("test.conf", 7, '\tscript  "a b"'));
  assert.deepEqual(word!.word, {
    file: "test.conf",
    line: 7,
    column: 10,
    length: 5,
    text: "a b",
    quoted: true,
  });
});
