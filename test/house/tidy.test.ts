import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "./code.ts";
import { exportsOf, strandedFiles, unusedExports } from "./exports.ts";
import { filesAtRoot, filesBelow, lineAt, type SourceFile } from "./tree.ts";

/** The form of the tree, as far as it can be counted. Each exception says why it is one. */

const COLUMNS_MAX = 100;
const LINES_MAX = 400;
const EXPORTS_MAX = 12;
const TAB_COLUMNS = 8;

interface Exception {
  readonly path: string;
  readonly why: string;
}

const LONG_FILES: readonly Exception[] = [
  {
    path: "src/kernel/linux/addon.c",
    why: "one translation unit of small functions, each after the manual page it mirrors",
  },
];

const MANY_EXPORTS: readonly Exception[] = [
  { path: "src/datapath/layout.ts", why: "the table of all tables, byte by byte" },
  { path: "src/datapath/constants.ts", why: "the numbers of all tables, held against C's" },
  { path: "src/datapath/connection.ts", why: "one accessor for each part of a hot word" },
  { path: "src/kernel/kernel.ts", why: "one interface, and the values that cross it" },
  { path: "src/cli/lab/names.ts", why: "one name for each thing that a lab leaves on a machine" },
  { path: "src/state/rule.ts", why: "the vocabulary of rules, types alone" },
  { path: "src/wire/icmp.ts", why: "the numbers of RFC 792 beside what reads them" },
  { path: "src/wire/netlink.ts", why: "the numbers of <linux/netlink.h> beside what reads them" },
  { path: "src/wire/testing/arbitraries.ts", why: "one generator for each kind of value" },
];

/** Programs that a person or the Makefile starts. */
const STARTED: readonly Exception[] = [
  { path: "src/cli/daemon/election-thread.ts", why: "a worker of the daemon" },
  { path: "bench/run.ts", why: "make bench" },
  {
    path: "src/kernel/linux/election/ground.fixture.ts",
    why: "a worker of the test beside it",
  },
  { path: "test/parity/run.ts", why: "npm run parity" },
  { path: "test/simulator/run.ts", why: "npm run explore" },
];

const TYPESCRIPT = ["src", "test", "bench"].flatMap((folder) => filesBelow(folder, ".ts"));
const SOURCES = [...TYPESCRIPT, ...filesBelow("src", ".c", ".h")];
const TEXTS = [
  ...SOURCES,
  ...["docs", "tools", "bin", ".ci"].flatMap((folder) => filesBelow(folder, "")),
  ...filesAtRoot().filter(({ path }) => path !== "package-lock.json"),
];

test("no line is longer than 100 columns", () => {
  const long = SOURCES.flatMap((file) =>
    file.text
      .split("\n")
      .map((line, i) => ({ at: `${file.path}:${i + 1}`, columns: columnsOf(line) }))
      .filter(({ columns }) => columns > COLUMNS_MAX)
      .map(({ at, columns }) => `${at}: ${columns} columns, of at most ${COLUMNS_MAX}`),
  );
  assert.equal(long.join("\n"), "");
});

test("no file is longer than 400 lines", () => {
  const long = SOURCES.map(({ path, text }) => ({ path, lines: text.split("\n").length - 1 }))
    .filter(({ lines }) => lines > LINES_MAX)
    .map(({ path }) => path);
  assert.deepEqual(long, pathsOf(LONG_FILES));
});

test("nothing is left to be done later", () => {
  const markers = [
    ["TO", "DO"],
    ["FIX", "ME"],
    ["XX", "X"],
  ].map((parts) => parts.join(""));
  assert.equal(mentions(TEXTS, new RegExp(`\\b(?:${markers.join("|")})\\b`)).join("\n"), "");
});

test("nothing points at what a reader of the tree does not have", () => {
  const words = [
    ["shared", "/"],
    ["issue", " #"],
  ].map((parts) => parts.join(""));
  assert.equal(mentions(TEXTS, new RegExp(`\\b(?:${words.join("|")})`)).join("\n"), "");
});

test("no test is left out without a reason", () => {
  const left = /\.only\(|\bonly: true|\b(?:test|it|describe|suite)\.skip\(|\.skip\(\)|\bskip: true/;
  const tests = TYPESCRIPT.map((file) => ({
    ...file,
    text: codeOf(file.text, { strings: false }),
  }));
  assert.equal(mentions(tests, left).join("\n"), "");
});

test("no file of src has more than 12 exports", () => {
  const many = TYPESCRIPT.filter(({ path }) => path.startsWith("src/"))
    .filter((file) => exportsOf(file).length > EXPORTS_MAX)
    .map(({ path }) => path);
  assert.deepEqual(many, pathsOf(MANY_EXPORTS));
});

test("every exported value is imported somewhere", () => {
  const unused = unusedExports(TYPESCRIPT).map(
    ({ path, line, name }) => `${path}:${line}: nobody imports ${name}`,
  );
  assert.equal(unused.join("\n"), "");
});

test("every file is a test, is imported, or is started by somebody", () => {
  const stranded = strandedFiles(TYPESCRIPT).filter((path) => !path.endsWith(".test.ts"));
  const there = new Set(TYPESCRIPT.map(({ path }) => path));
  assert.deepEqual(stranded.sort(), pathsOf(STARTED.filter(({ path }) => there.has(path))));
});

function columnsOf(line: string): number {
  let columns = 0;
  for (const character of line) {
    columns += character === "\t" ? TAB_COLUMNS - (columns % TAB_COLUMNS) : 1;
  }
  return columns;
}

function mentions(files: readonly SourceFile[], pattern: RegExp): string[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(new RegExp(pattern, "g"))].map(
      ({ 0: word, index }) => `${path}:${lineAt(text, index)}: ${word}`,
    ),
  );
}

function pathsOf(exceptions: readonly Exception[]): string[] {
  return exceptions.map(({ path }) => path).sort();
}
