import { failure, type Result, success } from "../../base/fault.ts";

/** Where daemons listen: /run/weir/NAME.sock, in a folder that only root may enter. */
export const SOCKET_FOLDER = "/run/weir";

export const DEFAULT_NAME = "weir";

/**
 * Names become file names under /run/weir and /sys/fs/bpf/weir, so they may hold no dot or slash.
 */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

export function socketPath(name: string): Result<string> {
  if (!NAME.test(name)) {
    return failure(
      "NAME_INVALID",
      `"${name}" cannot be the name of a daemon`,
      "use letters, digits, - and _, at most 64",
    );
  }
  return success(`${SOCKET_FOLDER}/${name}.sock`);
}

/** What rules a daemon that goes by a file has written, for the one that is started after it. */
export function appliedPath(name: string): string {
  return `${SOCKET_FOLDER}/${name}.applied.json`;
}
