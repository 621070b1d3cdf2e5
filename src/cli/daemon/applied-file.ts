import { failure, type Result, success } from "../../base/fault.ts";
import { appliedPath } from "../../daemon/api/socket-path.ts";
import type { AppliedStore } from "../../daemon/applied-services.ts";
import { readPrivateJson, removePath, writePrivateJson } from "../../kernel/linux/private-file.ts";

/**
 * A file beside the daemon's socket: like the tables that it is about, it is gone when the machine
 * is started again.
 */
export function appliedFile(name: string): AppliedStore {
  const path = appliedPath(name);
  return {
    read: () => readPrivateJson(path),
    write: (value) => writeFile(path, value),
  };
}

/** Faults: APPLIED_NOT_WRITTEN. */
function writeFile(path: string, value: unknown): Result<void> {
  try {
    writePrivateJson(path, value);
    return success(undefined);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    const lost = "a daemon that is started now keeps rules that the file no longer has";
    return failure("APPLIED_NOT_WRITTEN", `${path} cannot be written, so that ${lost}: ${because}`);
  }
}

export function removeAppliedFile(name: string): void {
  removePath(appliedPath(name));
}
