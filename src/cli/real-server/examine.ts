import { sysctlName } from "../../kernel/linux/sysctl.ts";
import { familyOf, formatAddress } from "../../wire/address.ts";
import { macBytes } from "../../wire/mac.ts";
import { ARP_PARAMETERS, effectiveValue, hides } from "./arp-policy.ts";
import type { Observation } from "./observe.ts";
import { HOST_PREFIX, isOnLink, placements } from "./vip.ts";

/**
 * Something that keeps this host from being a real server of the VIP, and the command that mends
 * it.
 */
export interface Finding {
  /** Stable, upper case, for example "VIP_MISSING". */
  readonly code: string;
  readonly problem: string;
  readonly fix: string;
}

/** Who answered, on one interface, to the question who has the VIP. */
export interface ArpAnswers {
  readonly link: string;
  readonly macs: readonly string[];
}

export interface Question {
  readonly vip: string;
  /** The interface that the director's packets come in by; undefined for any. */
  readonly only: string | undefined;
  readonly answers: readonly ArpAnswers[];
  /** The command that makes this host a real server of the VIP, by the method it is up with. */
  readonly up: string;
}

/** Everything that is wrong, in the order in which it is to be mended. */
export function examine(host: Observation, question: Question): Finding[] {
  const findings = [...examineAddress(host, question)];
  if (familyOf(question.vip) === 4) {
    findings.push(...examineArp(host, question), ...examineReplyPath(host, question));
    findings.push(...examineAnswers(question));
  } else findings.push(...examineLinkLocal(host, question));
  findings.push(...examineListeners(host, question.vip));
  return findings;
}

function* examineAddress(host: Observation, { vip, up }: Question): Generator<Finding> {
  const lo = host.interfaces.find(({ name }) => name === "lo");
  if (lo !== undefined && !lo.up) {
    yield { code: "LOOPBACK_DOWN", problem: "lo is down", fix: "ip link set lo up" };
  }
  const placed = placements(host.interfaces, vip);
  if (!placed.some(({ link }) => link === "lo")) {
    const problem = `${vip} is not on lo: packets that the director sends here are not taken`;
    yield { code: "VIP_MISSING", problem, fix: up };
  }
  for (const { link, prefix } of placed) {
    const fix = `ip address del ${vip}/${prefix} dev ${link}`;
    if (link !== "lo") {
      const problem = `${vip} is on ${link}, which answers ARP for it as a director does`;
      yield { code: "VIP_ON_INTERFACE", problem, fix };
    } else if (prefix !== HOST_PREFIX[familyOf(vip) ?? 4]) {
      const problem = `${vip}/${prefix} on lo makes this host take the whole network for itself`;
      yield { code: "VIP_PREFIX", problem, fix: `${fix} && ${up}` };
    }
  }
}

const EXPLAINED = {
  arp_ignore: {
    code: "ARP_ANSWERED",
    problem: "answers ARP requests for the VIP, so that clients pass the director by",
  },
  arp_announce: {
    code: "ARP_ANNOUNCED",
    problem: "asks with the VIP as its own address, so that neighbours learn this host for it",
  },
} as const;

/** An interface without a link to Ethernet has no ARP to give the VIP away with. */
function* examineArp(host: Observation, { only }: Question): Generator<Finding> {
  for (const parameter of ARP_PARAMETERS) {
    const values = parameter.name === "arp_ignore" ? host.arpIgnore : host.arpAnnounce;
    for (const { name, ethernet } of host.interfaces) {
      if (!ethernet || (only !== undefined && name !== only)) continue;
      const effective = effectiveValue(values, name);
      if (hides(parameter, effective)) continue;
      const { code, problem } = EXPLAINED[parameter.name];
      // A value of "all" that is too large cannot be outdone by the interface.
      const link = effective > parameter.wanted && values.all === effective ? "all" : name;
      const path = sysctlName(`ipv4/conf/${link}/${parameter.name}`);
      yield {
        code,
        problem: `${name} ${problem} (${parameter.name} is ${effective} there)`,
        fix: `sysctl -w ${path}=${parameter.wanted}`,
      };
    }
  }
}

/**
 * A packet comes in by the director's network; its client may be reached by another interface. In
 * strict mode (RFC 3704 section 2.2, rp_filter 1) the kernel then drops it without a word.
 */
function* examineReplyPath(host: Observation, { vip, only }: Question): Generator<Finding> {
  const near = host.interfaces.find(
    ({ ethernet, addresses }) => ethernet && addresses.some((own) => isOnLink(own, vip)),
  );
  const arrival = only ?? near?.name;
  if (arrival === undefined || host.defaultLink === undefined || host.defaultLink === arrival)
    return;
  if (effectiveValue(host.rpFilter, arrival) !== 1) return;
  yield {
    code: "REPLY_PATH",
    problem:
      `packets come in by ${arrival} and are answered by ${host.defaultLink}:` +
      ` ${arrival} drops them (rp_filter is 1 there)`,
    fix: `sysctl -w ${sysctlName(`ipv4/conf/${arrival}/rp_filter`)}=2`,
  };
}

/**
 * The kernel asks neighbours with the source of the packet that waits, if that is an address of the
 * interface, or else with a link-local one (net/ipv6/ndisc.c, ndisc_send_ns()). An answer from a
 * VIP on `lo` has the first nowhere: without the second nobody is asked, and the answer is lost.
 */
function* examineLinkLocal(host: Observation, { only }: Question): Generator<Finding> {
  for (const { name, ethernet, up, mac, addresses } of host.interfaces) {
    if (!ethernet || !up || (only !== undefined && name !== only)) continue;
    const own = addresses.filter(({ family }) => family === 6);
    if (own.length === 0 || own.some(({ scope }) => scope === "link")) continue;
    yield {
      code: "LINK_LOCAL_MISSING",
      problem: `${name} has no link-local address, so that the VIP's answers find no neighbour`,
      fix: `ip address add ${linkLocalOf(mac)}/64 dev ${name}`,
    };
  }
}

/** RFC 4291 appendix A: the MAC address with ff:fe in its middle and the universal bit turned. */
function linkLocalOf(mac: string): string {
  const [a, b, c, d, e, f] = macBytes(mac);
  const bytes = Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, a! ^ 2, b!, c!, 0xff, 0xfe, d!, e!, f!);
  return formatAddress(bytes);
}

/** This host never hears its own answer: whoever answers is somebody else. */
function* examineAnswers({ vip, answers }: Question): Generator<Finding> {
  for (const { link, macs } of answers) {
    if (macs.length < 2) continue;
    yield {
      code: "VIP_TWICE",
      problem: `${macs.length} hosts on ${link} answer ARP for ${vip}: ${macs.join(" and ")}`,
      fix: `weir real-server check --vip ${vip}   # on each real server among them`,
    };
  }
}

function* examineListeners(host: Observation, vip: string): Generator<Finding> {
  const own = familyOf(vip) === 6 ? `[${vip}]` : vip;
  const any = familyOf(vip) === 6 ? ["[::]", "*"] : ["0.0.0.0", "*"];
  const addresses = host.listeners.map((local) => local.slice(0, local.lastIndexOf(":")));
  if (addresses.some((address) => address === own || any.includes(address))) return;
  yield {
    code: "NOBODY_LISTENS",
    problem: `no server listens at ${vip} or at every address, so that connections are refused`,
    fix: `ss -ltun   # then let the server listen at ${any[0]} or at ${vip}`,
  };
}

/** What is worth knowing of the answers, and no fault of this host. */
export function describeAnswers({ vip, answers }: Question): string[] {
  return answers.map(({ link, macs }) => {
    if (macs.length === 0) return `nobody on ${link} answers ARP for ${vip}: is the director up?`;
    return `${macs.join(" and ")} on ${link} answers ARP for ${vip}`;
  });
}
