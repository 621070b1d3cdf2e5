import { failure } from "../../base/fault.ts";
import { describeErrno, errno } from "./errno.ts";

/** Who may load BPF programs and attach them, capabilities(7). */
const MAY_LOAD =
  "run as root, or with CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN (a container needs --privileged)";

/** A fault for a call that the kernel refused, or BPF_PERMISSION where that is the reason. */
export function refusal(code: string, doing: string, result: number, fix?: string) {
  const message = `Cannot ${doing}: ${describeErrno(result)}`;
  if (result === -errno.EPERM || result === -errno.EACCES) {
    return failure("BPF_PERMISSION", message, MAY_LOAD);
  }
  return failure(code, message, fix);
}
