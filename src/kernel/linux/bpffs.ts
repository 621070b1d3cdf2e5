import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  statfsSync,
  symlinkSync,
  unlinkSync,
} from "node:fs";
import { failure, type Result, success } from "../../base/fault.ts";
import type { Addon } from "./addon.ts";
import { errno } from "./errno.ts";
import { refusal } from "./refusal.ts";

const MOUNT = "/sys/fs/bpf";
/** BPF_FS_MAGIC of <linux/magic.h>. */
const BPF_FS_MAGIC = 0xcafe4a11;
/** bpffs takes no dot in a name, and a slash would leave the folder. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

/** Whether there is a BPF file system at its place. */
export function hasBpffs(): boolean {
  try {
    return statfsSync(MOUNT).type === BPF_FS_MAGIC;
  } catch {
    return false;
  }
}

/**
 * Sees to it that /sys/fs/bpf is a BPF file system, where pins outlive a process.
 *
 * Faults: BPF_NO_FILESYSTEM, BPF_PERMISSION.
 */
export function mountBpffs(native: Addon): Result<void> {
  try {
    if (statfsSync(MOUNT).type === BPF_FS_MAGIC) return checkAccess();
  } catch {
    const message = `There is no folder "${MOUNT}": this kernel has no BPF, or /sys is not mounted`;
    return failure("BPF_NO_FILESYSTEM", message, "mount sysfs on /sys");
  }
  const result = native.mount("bpf", MOUNT, "bpf", 0, "mode=0700");
  if (result === 0) return success(undefined);
  const fix = `run \`mount -t bpf bpf ${MOUNT}\` on the host`;
  return refusal("BPF_NO_FILESYSTEM", `mount a BPF file system on "${MOUNT}"`, result, fix);
}

function checkAccess(): Result<void> {
  try {
    accessSync(MOUNT, constants.W_OK | constants.X_OK);
    return success(undefined);
  } catch {
    return refusal("BPF_NO_FILESYSTEM", `write to "${MOUNT}"`, -errno.EACCES);
  }
}

/**
 * The pins of one data path, in /sys/fs/bpf/weir/NAME, or in another folder than "weir". Beside
 * maps, programs and links it holds notes: bpffs has no files, but it has symbolic links, whose
 * target is the text of the note.
 */
export class PinFolder {
  readonly name: string;
  readonly path: string;

  private constructor(name: string, folder: string) {
    this.name = name;
    this.path = `${MOUNT}/${folder}/${name}`;
  }

  /** Faults: NAME_INVALID. */
  static of(name: string, folder = "weir"): Result<PinFolder> {
    if (NAME.test(name)) return success(new PinFolder(name, folder));
    return failure(
      "NAME_INVALID",
      `"${name}" cannot name a data path`,
      "take 1 to 64 letters, digits, dashes and underscores",
    );
  }

  make(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
  }

  pathOf(entry: string): string {
    return `${this.path}/${entry}`;
  }

  entries(): string[] {
    try {
      return readdirSync(this.path);
    } catch {
      return [];
    }
  }

  note(entry: string): string | undefined {
    try {
      return readlinkSync(this.pathOf(entry));
    } catch {
      return undefined;
    }
  }

  /** Writes a note in place of one that is there. */
  setNote(entry: string, text: string): void {
    this.remove(entry);
    symlinkSync(text, this.pathOf(entry));
  }

  /** Faults: BPF_NO_FILESYSTEM, BPF_PERMISSION. */
  pin(native: Addon, entry: string, fd: number): Result<void> {
    this.remove(entry);
    const result = native.pin(fd, this.pathOf(entry));
    if (result === 0) return success(undefined);
    return refusal("BPF_NO_FILESYSTEM", `pin "${this.pathOf(entry)}"`, result);
  }

  /** Pins in the place of another: at every moment the entry is the one or the other. */
  replace(native: Addon, entry: string, fd: number): Result<void> {
    const pinned = this.pin(native, `${entry}-next`, fd);
    if (pinned.ok) renameSync(this.pathOf(`${entry}-next`), this.pathOf(entry));
    return pinned;
  }

  remove(entry: string): void {
    if (lstatSync(this.pathOf(entry), { throwIfNoEntry: false }) !== undefined) {
      unlinkSync(this.pathOf(entry));
    }
  }

  /** Removes every pin: what nobody else holds, links to interfaces too, is gone with it. */
  removeAll(): void {
    for (const entry of this.entries()) this.remove(entry);
    if (lstatSync(this.path, { throwIfNoEntry: false }) !== undefined) rmdirSync(this.path);
  }
}
