// biome-ignore-all lint/suspicious/noTemplateCurlyInString: keepalived.conf has such variables

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { lint } from "../../src/config/lint/lint.ts";
import { type Loaded, load } from "../../src/config/load.ts";
import { sourcesOf } from "../../src/config/testing/sources.ts";

/** Whatever stands in a file, it loads or is refused; it never throws and it always ends. */

const FOLDER = new URL("configs/", import.meta.url);
const REAL = readdirSync(FOLDER).map((name) => readFileSync(new URL(name, FOLDER), "utf8"));

/** What has a meaning of its own, and what most often goes wrong. */
const PIECES = [
  ...["{", "}", '"', "'", "\\", "\n", "\\\n", "#", "!", " ", "\t", "\r\n", "\0", ";", "{{", "}}"],
  ...["$A=", "$A", "${A}", "$A= \\\n", "${A}${A}", "${_RANDOM 1 9}", "${_ENV HOME}", "${_PWD}"],
  ...["@main ", "@^main ", "~SEQ(A,1,9) ", "~SEQx(B, 9) ", "~LST(A,1,2)", "~SEQ(A,99999)"],
  ...["include test.conf\n", "include *\n", "includea {a,b}\n", "include_check -match\n"],
  ...["vrrp_instance A {\n", "virtual_server 1.2.3.4 80 {\n", "real_server ::1 80 {\n"],
  ...[
    "virtual_ipaddress {\n",
    "track_script {\n",
    "global_defs {\n",
    "fwmark",
    "group",
    "constructor",
  ],
  ...["interface eth0\n", "virtual_router_id 51\n", "state MASTER\n", "-1", "99999999999", "1e9"],
  ...["fd00::1/64", "10.0.0.1/33", "10.0.0.1-255", "weight", "__proto__", "\u{1f600}", "\ud800"],
];

function loadText(text: string): Loaded {
  const loaded = load("test.conf", sourcesOf({ "test.conf": text, a: text.slice(0, 100) }))!;
  const findings = [...loaded.findings, ...lint(loaded, { peer: loaded })];
  for (const { place, message, length } of findings) {
    assert.ok(place.line >= 1 && place.column >= 1 && length >= 1, message);
  }
  return loaded;
}

test("random texts", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => void loadText(text)),
    {
      numRuns: 500,
    },
  );
});

test("random orders of what means something", () => {
  const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 });
  fc.assert(
    fc.property(text, (pieces) => void loadText(pieces.join(""))),
    { numRuns: 500 },
  );
});

test("real files with pieces taken out, doubled, and put in", () => {
  const mutation = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    drop: fc.nat(20),
    keep: fc.nat(40),
    piece: fc.constantFrom(...PIECES),
  });
  fc.assert(
    fc.property(fc.constantFrom(...REAL), fc.array(mutation, { maxLength: 8 }), (file, changes) => {
      let text = file;
      for (const { at, drop, keep, piece } of changes) {
        const from = Math.floor(at * text.length);
        const doubled = text.slice(from, from + keep);
        text = text.slice(0, from) + doubled + piece + text.slice(from + drop);
      }
      loadText(text);
    }),
    { numRuns: 1000 },
  );
});

test("a file of many mistakes is told in so many findings that somebody can read them", () => {
  const text = Array.from({ length: 20_000 }, (_, at) => `vrrp_instanc${at} x`).join("\n");
  assert.equal(loadText(text).findings.length, 1000);
});
