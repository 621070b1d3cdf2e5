import { constants } from "node:os";
import { getSystemErrorMap } from "node:util";

/** The numbers of errno(3) on this machine, positive: `errno.EPERM`. */
export const errno = constants.errno;

/** libuv writes 95 as ENOTSUP, "on socket"; on Linux it is EOPNOTSUPP and concerns anything. */
const described = new Map(getSystemErrorMap()).set(-errno.EOPNOTSUPP, [
  "EOPNOTSUPP",
  "operation not supported",
]);

/** The name of a result that a system call gave: -1 is "EPERM". */
export function errnoName(result: number): string {
  return described.get(result)?.[0] ?? nameOf(-result) ?? `errno ${-result}`;
}

/** Name and meaning: "EPERM, operation not permitted". */
export function describeErrno(result: number): string {
  const meaning = described.get(result)?.[1];
  return meaning === undefined ? errnoName(result) : `${errnoName(result)}, ${meaning}`;
}

function nameOf(number: number): string | undefined {
  return Object.entries(errno).find(([, value]) => value === number)?.[0];
}
