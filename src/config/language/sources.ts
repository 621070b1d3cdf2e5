import type { Random } from "../../base/random.ts";

/** What a configuration may take from outside its text, so that reading one has no side effects. */
export interface Sources {
  /** The text of a file; undefined where it cannot be read. Relative paths as the text has them. */
  read(path: string): string | undefined;
  /** Paths that fit a pattern of glob(7) without braces, in their order; empty for none. */
  list(pattern: string): readonly string[];
  environment(name: string): string | undefined;
  /** `${_RANDOM}` */
  readonly random: Random;
  /** `@id` and `${_INSTANCE}`: the short name of the host unless the daemon was given one. */
  readonly instance: string;
  /** Where relative paths start; absolute. */
  readonly directory: string;
}

/** The directory part of a path, without its last slash: "" for a file of the working directory. */
export function directoryOf(path: string): string {
  const slash = path.lastIndexOf("/");
  return slash < 0 ? "" : path.slice(0, slash) || "/";
}

/** A path as seen from a directory. */
export function pathFrom(directory: string, path: string): string {
  if (path.startsWith("/") || directory === "") return path;
  return directory.endsWith("/") ? `${directory}${path}` : `${directory}/${path}`;
}
