import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf } from "./code.ts";
import { filesBelow, importsOf, isForTests, lineAt, type SourceFile } from "./tree.ts";

/**
 * Who may import whom: base ← wire ← datapath ← state; kernel implements one interface; daemon
 * composes; cli reaches the daemon through its API. Paths are below src. The row with the longest
 * `from` that fits a file is the file's; everything else it imports is forbidden, and `why` says
 * why.
 */
interface Row {
  readonly from: string;
  readonly to: readonly string[];
  readonly why: string;
  readonly pure?: true;
}

const API = [
  "daemon/api/availability.ts",
  "daemon/api/client.ts",
  "daemon/api/configuration.ts",
  "daemon/api/director.ts",
  "daemon/api/schema.ts",
  "daemon/api/socket-path.ts",
];

const TABLE: readonly Row[] = [
  {
    from: "base",
    to: [],
    why: "everything stands on base, so base stands on nothing",
    pure: true,
  },
  {
    from: "wire",
    to: ["base"],
    why: "what bytes mean on the wire does not depend on what a director does with them",
    pure: true,
  },
  {
    from: "datapath",
    to: ["base", "wire"],
    why: "the specification must run where there is no kernel and no rule: truth and parity tests",
    pure: true,
  },
  {
    from: "decapsulation",
    to: ["base", "wire"],
    why: "a real server's end of a tunnel knows nothing of the director's",
    pure: true,
  },
  {
    from: "cluster",
    to: ["base", "wire"],
    why: "an election is settled by messages and time alone: a simulator has thousands",
    pure: true,
  },
  {
    from: "health",
    to: ["base", "wire", "state/rule.ts"],
    why: "a check is a conversation: bytes in, bytes and verdicts out; of rules it knows the terms",
    pure: true,
  },
  {
    from: "config",
    to: ["base", "wire", "cluster", "health", "state/rule.ts"],
    why: "a configuration becomes settings; what they come to is the business of state and daemon",
    pure: true,
  },
  {
    from: "state",
    to: ["base", "wire", "datapath", "health/settings.ts", "cluster/settings.ts"],
    why: "rules become tables by arithmetic alone; who calls and when is the daemon's affair",
    pure: true,
  },
  {
    from: "kernel",
    to: ["base", "datapath"],
    why: "the boundary is interfaces alone, which know none of their implementations",
    pure: true,
  },
  {
    from: "kernel/linux",
    to: ["base", "wire", "datapath", "decapsulation", "kernel", "node:", "nodemailer"],
    why: "the boundary carries out; it knows no rules, no daemon and no commands",
  },
  {
    from: "daemon",
    to: [
      "base",
      "wire",
      "datapath",
      "cluster",
      "health",
      "config",
      "state",
      "daemon/api",
      "kernel/kernel.ts",
      "kernel/election-ground.ts",
      "kernel/exchange.ts",
      "kernel/host-entries.ts",
      "kernel/scripts.ts",
      "kernel/notify-fifo.ts",
      "kernel/tracking.ts",
      "pino",
    ],
    why: "the daemon composes over the kernel's interface, so that another can take Linux's place",
  },
  {
    from: "daemon/api",
    to: ["base", "state", "daemon/election/order.ts", "node:", "hono", "@hono"],
    why: "the API carries values; it sees neither tables nor the kernel",
  },
  {
    from: "simulator",
    to: [
      "base",
      "wire",
      "cluster/settings.ts",
      "cluster/effect.ts",
      "daemon/election",
      "daemon/cluster/place.ts",
      "kernel/election-ground.ts",
      "kernel/kernel.ts",
      "cluster/defaults.ts",
    ],
    why: "the daemon's own elections on hosts in memory: what it needs of them is the ground",
    pure: true,
  },
  {
    from: "cli",
    to: ["base", "commander", ...API, "datapath/reason.ts", "package.json"],
    why: "a verb prints what the daemon's API answers; it decides nothing",
  },
  {
    from: "cli/ipvsadm",
    to: ["base", "wire", "state", "node:", ...API],
    why: "ipvsadm speaks of rules, to the daemon's API; the kernel is the daemon's",
  },
  {
    from: "cli/daemon",
    to: ["base", "commander", "pino", "config", "daemon", "kernel", "kernel/linux", "node:"],
    why: "the verb that starts the daemon hands it the Linux kernel, and does nothing else",
  },
  {
    from: "cli/check",
    to: ["base", "commander", "node:", "config", "kernel/linux", "cli/daemon"],
    why: "a file is checked as the daemon would read it on this host, and no daemon is asked",
  },
  {
    from: "cli/reload",
    to: ["base", "commander", "node:", "state/rule.ts", "cli/ipvsadm", "cli/answer.ts", ...API],
    why: "a plan is the daemon's; the verb says it in the words of ipvsadm",
  },
  {
    from: "cli/lab",
    to: ["base", "wire", "commander", "kernel/linux", "cli/real-server", "node:", ...API],
    why: "the lab starts commands as a person would; it takes no short cut into the daemon",
  },
  {
    from: "cli/simulate",
    to: ["base", "wire", "commander", "simulator", "node:"],
    why: "a scenario runs in memory: no daemon is asked, and the kernel is left alone",
  },
  {
    from: "cli/real-server",
    to: ["base", "wire", "decapsulation", "commander", "kernel/linux", "node:"],
    why: "a real server runs no daemon: the verb looks at this host and changes it",
  },
];

/** Verbs are put together here; each is below `cli`, as they are. */
const INSIDE: readonly string[] = ["cli/main.ts", "cli/program.ts"];

const IMPURE: readonly { readonly pattern: RegExp; readonly instead: string }[] = [
  { pattern: /(?<![.\w])(?:Date|performance)\b(?!\s*:)/, instead: "take `now` as an argument" },
  { pattern: /\bhrtime\b/, instead: "take `now` as an argument" },
  { pattern: /\bMath\.random\b/, instead: "take a Random of src/base/random.ts" },
  { pattern: /(?<![.\w])crypto\b(?!\s*:)/, instead: "take the bytes as an argument" },
  {
    pattern: /(?<![.\w])(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/,
    instead: "return a deadline; the daemon waits for it",
  },
  { pattern: /(?<![.\w])console\b/, instead: "return what is to be said" },
  { pattern: /(?<![.\w])process\b(?!\s*:)/, instead: "take what is needed as an argument" },
  { pattern: /(?<![.\w])(?:Buffer|fetch|globalThis)\b/, instead: "use what every engine has" },
];

const SOURCES = filesBelow("src", ".ts").filter(({ path }) => !isForTests(path));

test("every folder of src has its row, and every row its folder", () => {
  const rowless = SOURCES.filter((file) => rowOf(file) === undefined).map(({ path }) => path);
  assert.deepEqual(rowless, [], "these files have no row");
  const empty = TABLE.filter(({ from }) => !SOURCES.some((file) => isBelow(below(file), from)));
  assert.deepEqual(empty, [], "these rows have no file");
});

test("nothing is imported against the direction", () => {
  assert.equal(SOURCES.flatMap(wrongImports).join("\n"), "");
});

test("nothing in the table is allowed in vain", () => {
  for (const row of TABLE) {
    const targets = SOURCES.filter((file) => rowOf(file) === row).flatMap(targetsOf);
    for (const to of row.to) {
      const mayServe = API.includes(to) || to === "base" || to === "wire";
      assert.ok(mayServe || targets.some((at) => isBelow(at, to)), `${row.from} → ${to}`);
    }
  }
});

test("pure folders have no clock, randomness, timer, console or process", () => {
  assert.equal(
    SOURCES.filter((file) => rowOf(file)?.pure)
      .flatMap(impurities)
      .join("\n"),
    "",
  );
});

test("a wrong import is found, and reported with its place and the reason", () => {
  const text =
    'import { success } from "../base/fault.ts";\nimport { x } from "../state/rule.ts";\n';
  const [row] = TABLE.filter(({ from }) => from === "wire");
  assert.deepEqual(wrongImports({ path: "src/wire/bad.ts", text }), [
    `src/wire/bad.ts:2: imports state/rule.ts, but ${row!.why}`,
  ]);
});

test("what is impure is found, but not in comments and strings", () => {
  const text = '// Date.now()\nconst s = "process";\nconst now = Date.now();\n';
  assert.deepEqual(impurities({ path: "src/wire/bad.ts", text }), [
    "src/wire/bad.ts:3: Date is not for pure folders: take `now` as an argument",
  ]);
});

function wrongImports(file: SourceFile): string[] {
  const row = rowOf(file)!;
  return importsOf(file)
    .map(({ line, target }) => ({ line, to: target.replace(/^src\//, "") }))
    .filter(({ to }) => !isAllowed(file, row, to))
    .map(({ line, to }) => `${file.path}:${line}: imports ${to}, but ${row.why}`);
}

function isAllowed(file: SourceFile, row: Row, to: string): boolean {
  if (row.to.some((allowed) => isBelow(to, allowed))) return true;
  if (INSIDE.includes(below(file))) return isBelow(to, "cli");
  // Within a folder that a row is about; what has a row of its own is another room.
  return isBelow(to, row.from) && longestRow(to) === row;
}

function targetsOf(file: SourceFile): string[] {
  return importsOf(file).map(({ target }) => target.replace(/^src\//, ""));
}

function impurities(file: SourceFile): string[] {
  const code = codeOf(file.text, { strings: false });
  return IMPURE.flatMap(({ pattern, instead }) =>
    [...code.matchAll(new RegExp(pattern, "g"))].map(
      ({ 0: word, index }) =>
        `${file.path}:${lineAt(code, index)}: ${word} is not for pure folders: ${instead}`,
    ),
  );
}

function rowOf(file: SourceFile): Row | undefined {
  return longestRow(below(file));
}

function longestRow(path: string): Row | undefined {
  return TABLE.filter(({ from }) => isBelow(path, from)).sort(
    (a, b) => b.from.length - a.from.length,
  )[0];
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(":") ? folder : `${folder}/`);
}

function below(file: SourceFile): string {
  return file.path.replace(/^src\//, "");
}
