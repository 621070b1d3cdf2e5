import { failure, type Result, success } from "../../base/fault.ts";
import { familyOf } from "../../wire/address.ts";
import type { Draft } from "./draft.ts";
import { parseIpv4Loosely, parseIpv6 } from "./inet.ts";
import { leadingNumber, numberBetween } from "./number.ts";
import type { Resolver } from "./resolver.ts";
import { hostAddress, parseServiceAddress } from "./service-address.ts";
import { type Soon, when } from "./soon.ts";

const INT_MAX = 2 ** 31 - 1;
const MARK_MAX = 2 ** 32 - 1;
const PORT_MAX = 65535;
const IPV6_PREFIX_MAX = 128;
/** 31 days, in seconds. */
const TIMEOUT_MAX = 31 * 24 * 3600;
/** What -p alone means, in seconds. */
const PERSISTENCE_SECONDS = 360;
const SYNC_MESSAGE_MAX = 65507;
/** IPVS keeps 16 bytes of a scheduler's or an engine's name (linux/ip_vs.h). */
const NAME_BYTES = 16;

type Read = Result<true>;
type Reader = (draft: Draft, value: string, resolver: Resolver) => Soon<Read>;

const DONE: Read = success(true);

function usage(message: string): Read {
  return failure("USAGE", message);
}

/**
 * How each option's value changes the draft, by its long name; options without a row only count.
 */
export const READERS: Readonly<Record<string, Reader>> = {
  "tcp-service": (draft, value, resolver) => readService(draft, "tcp", value, resolver),
  "udp-service": (draft, value, resolver) => readService(draft, "udp", value, resolver),
  "sctp-service": (draft, value, resolver) => readService(draft, "sctp", value, resolver),
  "fwmark-service": readMark,
  ipv6: readIpv6,
  scheduler: (draft, value) => set(draft, { scheduler: value.slice(0, NAME_BYTES) }),
  pe: (draft, value) => set(draft, { engine: value.slice(0, NAME_BYTES) }),
  "sched-flags": (draft, value) => set(draft, { schedulerFlags: value }),
  ops: (draft) => set(draft, { onePacket: true }),
  netmask: readNetmask,
  "real-server": readServer,
  masquerading: (draft) => set(draft, { method: "nat" }),
  ipip: (draft) => set(draft, { method: "tun" }),
  gatewaying: (draft) => set(draft, { method: "dr" }),
  weight: (draft, value) =>
    within(value, 0, INT_MAX, "illegal weight specified", (weight) => set(draft, { weight })),
  "u-threshold": (draft, value) =>
    within(value, 0, INT_MAX, "illegal u_threshold specified", (upperThreshold) =>
      set(draft, { upperThreshold }),
    ),
  "l-threshold": (draft, value) =>
    within(value, 0, INT_MAX, "illegal l_threshold specified", (lowerThreshold) =>
      set(draft, { lowerThreshold }),
    ),
  "tun-type": readTunnelType,
  "tun-port": (draft, value) =>
    within(value, 1, PORT_MAX, "illegal tunnel port specified", (tunnelPort) =>
      set(draft, { tunnelPort }),
    ),
  syncid: (_draft, value) => within(value, 0, 255, "illegal syncid specified"),
  "sync-maxlen": (_draft, value) =>
    within(value, 1, SYNC_MESSAGE_MAX, "illegal sync-maxlen specified"),
  "mcast-group": (_draft, value) => readGroup(value),
  "mcast-port": (_draft, value) => within(value, 1, PORT_MAX, "illegal mcast-port specified"),
  "mcast-ttl": (_draft, value) => within(value, 1, 255, "illegal mcast-ttl specified"),
};

/** The one option whose value may be missing. */
export function readPersistence(draft: Draft, value: string | undefined): Read {
  if (value === undefined) return set(draft, { seconds: PERSISTENCE_SECONDS });
  const read = readTimeout(value, 1);
  return read.ok ? set(draft, { seconds: read.value }) : read;
}

/** Seconds, from `min` to 31 days. Fault: USAGE. */
export function readTimeout(text: string, min: number): Result<number> {
  const seconds = numberBetween(text, min, TIMEOUT_MAX);
  if (seconds !== undefined) return success(seconds);
  return failure("USAGE", `invalid timeout value \`${text}' specified`);
}

function set(draft: Draft, change: Partial<Draft>): Read {
  Object.assign(draft, change);
  return DONE;
}

function within(
  text: string,
  min: number,
  max: number,
  message: string,
  take: (number: number) => Read = () => DONE,
): Read {
  const number = numberBetween(text, min, max);
  return number === undefined ? usage(message) : take(number);
}

function readService(
  draft: Draft,
  protocol: "tcp" | "udp" | "sctp",
  text: string,
  resolver: Resolver,
): Soon<Read> {
  draft.protocol = protocol;
  return when(parseServiceAddress(text, protocol, resolver), (read) => {
    if (read === undefined) return usage("illegal virtual server address[:port] specified");
    const { family, address, port = 0 } = read;
    const mask = family === 6 ? { mask: String(IPV6_PREFIX_MAX) } : {};
    return set(draft, { family, address, port, ...mask });
  });
}

function readMark(draft: Draft, text: string): Read {
  const mark = numberBetween(text, 1, MARK_MAX);
  if (mark === undefined) return usage(`invalid fwmark value \`${text}' specified`);
  return set(draft, { family: 4, protocol: "tcp", mark });
}

function readIpv6(draft: Draft): Read {
  if (draft.mark === 0) return usage("-6 used before -f\n");
  return set(draft, { family: 6, mask: String(IPV6_PREFIX_MAX) });
}

function readNetmask(draft: Draft, text: string, resolver: Resolver): Soon<Read> {
  if (draft.family === 6) {
    const prefix = leadingNumber(text);
    if (prefix < 1 || prefix > IPV6_PREFIX_MAX) return usage("illegal ipv6 netmask specified");
    return set(draft, { mask: String(prefix) });
  }
  return when(hostAddress(text, resolver), (mask) =>
    mask === undefined
      ? usage("illegal virtual server persistent mask specified")
      : set(draft, { mask }),
  );
}

function readServer(draft: Draft, text: string, resolver: Resolver): Soon<Read> {
  return when(parseServiceAddress(text, draft.protocol, resolver), (read) => {
    if (read === undefined) return usage("illegal real server address[:port] specified");
    const { address, family, port = draft.port } = read;
    return set(draft, { server: { address, family, port } });
  });
}

function readTunnelType(draft: Draft, text: string): Read {
  if (text !== "ipip" && text !== "gue" && text !== "gre") {
    return usage("illegal tunnel type specified");
  }
  return set(draft, { tunnelType: text });
}

function readGroup(text: string): Read {
  const ipv6 = parseIpv6(text);
  if (ipv6 !== undefined) {
    return ipv6.startsWith("ff") ? DONE : usage(`invalid IPv6 mcast-group \`${text}'`);
  }
  const ipv4 = parseIpv4Loosely(text);
  const first = ipv4 === undefined || familyOf(ipv4) !== 4 ? 0 : Number(ipv4.split(".")[0]);
  return first >= 224 && first <= 239 ? DONE : usage(`invalid IPv4 mcast-group \`${text}'`);
}
