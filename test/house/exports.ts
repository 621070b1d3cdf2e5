import { codeOf } from "./code.ts";
import { importsOf, lineAt, type SourceFile, startedBy } from "./tree.ts";

export interface Export {
  readonly path: string;
  readonly line: number;
  readonly name: string;
  /** An interface or a type: a word of the signatures of its file, which others need not name. */
  readonly typeOnly: boolean;
}

const DECLARED = /^export\s+(?:async\s+)?(const|let|function\*?|class|interface|type)\s+(\w+)/gm;
const LISTED = /^export\s+(type\s+)?\{([^}]*)\}/gm;

/** What a file gives to others by name. */
export function exportsOf(file: SourceFile): Export[] {
  const code = codeOf(file.text, { strings: false });
  const found: Export[] = [];
  const note = (index: number, name: string, typeOnly: boolean) =>
    found.push({ path: file.path, line: lineAt(code, index), name, typeOnly });
  for (const { 1: kind, 2: name, index } of code.matchAll(DECLARED)) {
    note(index, name!, kind === "interface" || kind === "type");
  }
  for (const { 1: type, 2: list, index } of code.matchAll(LISTED)) {
    for (const part of list!.split(",")) {
      const name = part.trim().split(/\s+/).at(-1)!;
      if (name !== "") note(index, name, type !== undefined);
    }
  }
  return found;
}

/** The exported values that no file among all of them imports. */
export function unusedExports(files: readonly SourceFile[]): Export[] {
  const used = new Set(files.flatMap(usesOf));
  return files
    .flatMap(exportsOf)
    .filter(({ path, name, typeOnly }) => !typeOnly && !used.has(`${path} ${name}`));
}

/** "PATH NAME" of everything that a file takes from others. */
function usesOf(file: SourceFile): string[] {
  const code = codeOf(file.text, { strings: false });
  return importsOf(file).flatMap(({ target, names, namespace }) => {
    if (namespace === undefined) return names.map((name) => `${target} ${name}`);
    const used = code.matchAll(new RegExp(`\\b${namespace}\\.(\\w+)`, "g"));
    return [...used].map(([, name]) => `${target} ${name}`);
  });
}

/** The files that nothing imports and nobody starts. */
export function strandedFiles(files: readonly SourceFile[]): string[] {
  const reached = new Set(
    files.flatMap((file) => [...importsOf(file).map(({ target }) => target), ...startedBy(file)]),
  );
  return files.map(({ path }) => path).filter((path) => !reached.has(path));
}
