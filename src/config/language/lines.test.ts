// biome-ignore-all lint/suspicious/noTemplateCurlyInString: keepalived.conf has such variables

import assert from "node:assert/strict";
import { test } from "node:test";
import { mistakesIn, outlineOf, parsed } from "../testing/parsed.ts";

/** Lines that keepalived 2.2.7 was seen to make of the same texts. */

test("a variable is replaced before a blank or in braces, and late", () => {
  assert.equal(
    outlineOf("$A=x y\n$B=${A}1\nfoo $A\nfoo $B z\nfoo ${B}z"),
    "foo x y; foo x y1 z; foo x y1z",
  );
  assert.equal(outlineOf('$D=8\nfoo $D; "$D" "${D}"'), "foo $D; $D 8");
  assert.equal(outlineOf("$B=10.${S}\n$S=0\n${B}.1\n$S=7\n${B}.1"), "10.0.1; 10.7.1");
  assert.equal(outlineOf("$E=\nfoo $E|${E}|"), "foo $E||");
});

test("what is not defined stays, and so does what cannot be defined", () => {
  assert.equal(outlineOf("foo ${NONE} $NONE"), "foo ${NONE} $NONE");
  assert.equal(outlineOf("$1A=5\n$C =5"), "$1A=5; $C =5");
});

test("a value of several lines is several lines, with conditions of their own", () => {
  const text = `
$I= \\
vrrp_instance VI_\${NUM} { \\
 priority \${NUM}0 \\

 @main advert_int 2 \\
 @^main advert_int 3 \\
}
$NUM=1
$I
$NUM=2
$I`;
  assert.equal(
    outlineOf(text),
    "vrrp_instance VI_1 [priority 10; advert_int 2]; " +
      "vrrp_instance VI_2 [priority 20; advert_int 2]",
  );
});

test("a value in the middle of a line goes on after its last line", () => {
  assert.equal(outlineOf("$I=a b \\\nc d\nfoo $I e"), "foo a b; c d e");
});

test("values may have values of several lines in them", () => {
  const text =
    "$R= \\\nreal_server 10.0.0.${N} 80 { \\\n}\n$V= \\\n$N=1 \\\n$R \\\n$N=2 \\\n$R\n$V";
  assert.equal(outlineOf(text), "real_server 10.0.0.1 80 []; real_server 10.0.0.2 80 []");
});

test("conditions ask for the instance", () => {
  assert.equal(outlineOf("@main a\n@other b\n@^main c\n@^other d\n@main\n@ e"), "a; d");
  assert.equal(outlineOf("$IF=@main\n$IF priority 240\n$NOT=@^main\n$NOT x"), "priority 240");
});

test("sequences repeat the rest of their line", () => {
  assert.equal(outlineOf("~SEQ(X, 0, 2) a${X}"), "a0; a1; a2");
  assert.equal(outlineOf("~SEQ(A,1,2) ~LST(B,x,y) i${A}${B}"), "i1x; i1y; i2x; i2y");
  assert.equal(outlineOf("$N=2\n~SEQ(X,1,$N) a$X"), "");
  assert.equal(outlineOf("$N=2\n~SEQ(X,1,${N}) a$X"), "a1; a2");
  assert.deepEqual(mistakesIn("~SEQ(X,1,0,3) a\n~FOO(X) b"), ["1 BAD_SEQUENCE"]);
});

test("some variables are always there", () => {
  assert.equal(
    outlineOf("x ${_PWD} ${_INSTANCE} ${_ENV HOME} ${_HASH}1 ${_BANG} ${_RANDOM 5 5} ${_FOO}"),
    "x /etc/keepalived main /root #1 ! 5 ${_FOO}",
  );
  assert.match(outlineOf("x ${_RANDOM}"), /^x \d+$/);
});

test("included files count where they are included, and their paths from where they are", () => {
  const files = {
    "d/a.conf": "a ${_PWD}\ninclude b/c.conf",
    "d/b/c.conf": "c",
    "d/e.conf": "e",
  };
  assert.equal(outlineOf("include d/*.conf\nz", files), "a /etc/keepalived/d; c; e; z");
  assert.equal(outlineOf("include d/{e,b/c}.conf", files), "e; c");
  const [statement] = parsed("include d/a.conf", files).tree.statements;
  assert.equal(statement!.keyword.file, "d/a.conf");
});

test("includes are found before conditions and variables", () => {
  const files = { "a.conf": "a" };
  assert.equal(outlineOf("@main include a.conf\n$F=a.conf\ninclude $F", files), "include a.conf");
});

test("what a missing file is depends on what was asked for", () => {
  const severities = (text: string): string[] =>
    parsed(text).findings.map(({ severity, place }) => `${place.line} ${severity}`);
  assert.deepEqual(severities("include none\ninclude no*\nincluder no*\nincludew no*"), [
    "1 warning",
    "4 error",
  ]);
  assert.deepEqual(severities("includer none\nincludem none\nincludea none"), [
    "1 error",
    "2 error",
    "3 error",
  ]);
  assert.deepEqual(
    severities("include_check match\ninclude none\ninclude_check -match -readable\ninclude none"),
    ["2 error", "4 warning"],
  );
});

test("whatever multiplies without end is one finding", () => {
  for (const [name, text] of Object.entries({
    itself: "$A=${A}x\nfoo $A",
    "each other": "$P=$Q\n$Q=$P\nfoo $P",
    doubled: "$A=x\n".concat(
      ...Array.from({ length: 60 }, (_, n) => `$A${n}=\${A${n - 1}}\${A${n - 1}}\n`),
      "foo ${A59}",
    ),
    lines: "$A= \\\n$A \\\n$A\n$A",
    sequences: "~SEQ(A,60000) ~SEQ(B,60000) ~SEQ(C,60000) x",
    nothing: "~SEQ(A,60000) ~SEQ(B,60000) @other x",
    file: "include test.conf",
    files: "include test.conf\ninclude test.conf",
  })) {
    const findings = mistakesIn(text);
    assert.equal(findings.length <= 1, true, name);
    if (name !== "doubled") assert.match(findings[0]!, /TOO_MUCH/, name);
  }
});
