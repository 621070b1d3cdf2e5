import { failure, success } from "../../base/fault.ts";
import type { HostRouting } from "../kernel.ts";
import { ipv4Conf, readSysctl, sysctlName, writeSysctl } from "./sysctl.ts";

/** rp_filter=1 wants a packet to come in where its source is reached; 2 that it is anywhere. */
const STRICT = 1;

/**
 * Lets the kernel route what NAT has changed. Such an answer has the VIP as its source, an address
 * of this host: fib_validate_source() of net/ipv4/fib_frontend.c drops it, unless `accept_local` is
 * set, and whatever is set where rp_filter is strict. IPv6 has no such check.
 */
export const linuxHostRouting: HostRouting = {
  admitReplies(link) {
    const forwarding = readSysctl("ipv4/ip_forward");
    if (forwarding.ok && forwarding.value === 0) {
      return failure(
        "FORWARDING_OFF",
        "Answers of NAT servers are not routed on to clients, because ip_forward is 0",
        "sysctl -w net.ipv4.ip_forward=1",
      );
    }
    const accepted = writeSysctl(ipv4Conf(link, "accept_local"), 1);
    if (!accepted.ok) return accepted;
    const filter = strictest(link);
    if (filter !== STRICT) return success(undefined);
    return failure(
      "REVERSE_PATH",
      `Answers of NAT servers on ${link} are dropped on their way to new clients: rp_filter is 1`,
      `sysctl -w ${sysctlName(ipv4Conf(link, "rp_filter"))}=2, and for "all" as well`,
    );
  },
};

/** The larger of the interface's and that of "all" counts (Documentation/networking/ip-sysctl). */
function strictest(link: string): number {
  const values = [link, "all"].map((name) => readSysctl(ipv4Conf(name, "rp_filter")));
  return Math.max(...values.map((value) => (value.ok ? value.value : 0)));
}
