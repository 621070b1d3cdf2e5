import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { codeOf } from "./code.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A file of the tree, with its path from the tree's root: "src/base/assert.ts". */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export interface Import {
  readonly line: number;
  /** "src/base/fault.ts" for a file of the tree, else as it is written: "node:fs", "hono". */
  readonly target: string;
  /** What is taken by name; "*" for a whole module. */
  readonly names: readonly string[];
  /** What the whole module is called here. */
  readonly namespace?: string;
}

/** Every file below a folder whose name ends so, in the order of their paths. */
export function filesBelow(folder: string, ...endings: readonly string[]): SourceFile[] {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .sort()
    .map(read);
}

/** Files that lie in the tree's root itself. */
export function filesAtRoot(): SourceFile[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => read(entry.name));
}

function read(path: string): SourceFile {
  return { path, text: readFileSync(join(ROOT, path), "utf8") };
}

/** Tests, and what is there for tests alone. */
export function isForTests(path: string): boolean {
  return (
    path.startsWith("test/") ||
    path.includes("/testing/") ||
    path.endsWith(".test.ts") ||
    path.endsWith(".fixture.ts")
  );
}

const FROM = /^(?:import|export)\s([^;"]*?)\sfrom\s+"([^"]+)"/gm;
const BARE = /(?:(\{[^{}]*\}) = await )?\bimport\s*\(?\s*"([^"]+)"/g;
const PATH_IN_TEXT = /\b(?:src|test|bench)\/[\w/-]+\.ts\b/g;

/** What a TypeScript file imports, and exports from elsewhere. */
export function importsOf(file: SourceFile): Import[] {
  const code = codeOf(file.text, { strings: true });
  const found: Import[] = [];
  const note = (index: number, specifier: string, clause: string) => {
    const target = specifier.startsWith(".") ? join(dirname(file.path), specifier) : specifier;
    found.push({ line: lineAt(code, index), target, ...namesOf(clause) });
  };
  for (const match of code.matchAll(FROM)) note(match.index, match[2]!, match[1]!);
  for (const match of code.matchAll(BARE)) note(match.index, match[2]!, match[1] ?? "*");
  return found;
}

/** Files that a file names by their path from the root, to start them. The house starts none. */
export function startedBy(file: SourceFile): string[] {
  if (file.path.startsWith("test/house/")) return [];
  return [...codeOf(file.text, { strings: true }).matchAll(PATH_IN_TEXT)].map(([path]) => path);
}

export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function namesOf(clause: string): Pick<Import, "names" | "namespace"> {
  const namespace = /\*\s+as\s+(\w+)/.exec(clause)?.[1];
  if (namespace !== undefined) return { names: [], namespace };
  const inBraces = /\{([^}]*)\}/.exec(clause)?.[1];
  if (inBraces === undefined) return { names: clause === "*" ? ["*"] : ["default"] };
  const names = inBraces
    .split(",")
    .map((part) => part.trim().replace(/^type\s+/, ""))
    .filter((part) => part !== "")
    .map((part) => part.split(/\s+as\s+/)[0]!);
  return { names };
}
