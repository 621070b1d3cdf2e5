import { lstatSync, readlinkSync, type Stats } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** A file or folder on the way to a program that somebody else than root may change. */
export interface WeakPlace {
  readonly path: string;
  readonly who: string;
}

/** As many symbolic links as the kernel follows (path_resolution(7)). */
const LINKS_MAX = 40;
const STICKY = 0o1000;
const GROUP_WRITES = 0o020;
const OTHERS_WRITE = 0o002;

/**
 * The first place on the way to an absolute path, the file itself included, that another user than
 * root may change: whoever may write a folder may put another file in this one's place. Symbolic
 * links are followed, and the folders that they lie in and lead through count too.
 *
 * A folder with the sticky bit, such as /tmp, lets nobody replace what is root's (inode(7)).
 */
export function writableBy(path: string): WeakPlace | undefined {
  let left = namesOf(path);
  let at = "/";
  for (let links = 0; links <= LINKS_MAX; ) {
    const stats = lstatSync(at, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    const weak = weakness(at, stats);
    if (weak !== undefined) return weak;
    if (stats.isSymbolicLink()) {
      links++;
      left = [...namesOf(resolve(dirname(at), readlinkSync(at))), ...left];
      at = "/";
      continue;
    }
    const [name, ...rest] = left;
    if (name === undefined) return undefined;
    at = join(at, name);
    left = rest;
  }
  return { path, who: "whoever made its symbolic links a circle" };
}

function namesOf(path: string): string[] {
  return resolve(path).split(sep).filter(Boolean);
}

function weakness(path: string, stats: Stats): WeakPlace | undefined {
  if (stats.uid !== 0) return { path, who: `user ${stats.uid}` };
  // A link itself has mode 0777 and cannot be written.
  if (stats.isSymbolicLink()) return undefined;
  if (stats.isDirectory() && (stats.mode & STICKY) !== 0) return undefined;
  if ((stats.mode & OTHERS_WRITE) !== 0) return { path, who: "everybody" };
  if ((stats.mode & GROUP_WRITES) !== 0 && stats.gid !== 0) {
    return { path, who: `group ${stats.gid}` };
  }
  return undefined;
}
