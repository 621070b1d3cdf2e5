import assert from "node:assert/strict";
import { announcement } from "../../src/daemon/election/announce.ts";
import { hex } from "../../src/wire/bytes.ts";
import { frame } from "../../src/wire/frame.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";
import { encodeAdvertisement } from "../../src/wire/vrrp.ts";

/**
 * Advertisements, gratuitous ARP and unsolicited Neighbour Advertisements of a capture. Where
 * tcpdump shows no bytes they are made again from its text; where it does, both must be the same.
 */
export interface CapturedFrame {
  /** Seconds since the section began. */
  readonly time: number;
  /** Without what a kernel is free to choose, see comparable(). */
  readonly bytes: Uint8Array;
  /** As it can be sent again. */
  readonly whole: Uint8Array;
}

const SECOND = 1_000_000;
const CENTISECOND = 10_000;
const HEAD = /^t=(-?[\d.]+) (\S+) > (\S+?), /;
const IPV4 = /\(tos (0x[0-9a-f]+), ttl (\d+), .*proto VRRP \(112\)/;
const IPV6 = /\(class (0x[0-9a-f]+), .*hlim (\d+), next-header VRRP \(112\)/;
const VRRP_HEAD = /(\S+) > (\S+): VRRPv([23]), Advertisement, (?:\(ttl \d+\), )?/.source;
const VRRP_BODY = /vrid (\d+), prio (\d+), (?:authtype (\w+), )?intvl (\d+)c?s, .*/.source;
const VRRP_TAIL = /addrs(?:\(\d+\))?: (\S+)(?: auth "(.*)")?$/.source;
const VRRP = new RegExp(`${VRRP_HEAD}${VRRP_BODY}${VRRP_TAIL}`);
const ARP = /Request who-has (\S+) \(ff:ff:ff:ff:ff:ff\) tell (\S+), length 28$/;
const NEIGHBOUR = /\) (\S+) > ff02::1: .* neighbor advertisement, .* tgt is (\S+), /;
const AUTH_TYPES: Readonly<Record<string, number>> = { none: 0, simple: 1, ah: 2 };
const AUTH_BYTES = 8;

/** The frames of a `tcpdump -e -n -v`, with or without `-xx`; others are left out. */
export function readFrames(lines: readonly string[]): readonly CapturedFrame[] {
  const starts = lines.flatMap((line, i) => (line.startsWith("t=") ? [i] : []));
  return starts.flatMap((start, i) => frameOf(lines.slice(start, starts[i + 1])) ?? []);
}

/**
 * Without the identification and the DF flag of IPv4 and the checksum over them, and without the
 * flow label of IPv6: the kernel chooses them (RFC 6864 section 4.1, RFC 6437).
 */
export function comparable(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  const version = copy[14]! >> 4;
  if (copy[12] === 0x08 && copy[13] === 0x00 && version === 4) {
    copy.fill(0, 18, 22);
    copy.fill(0, 24, 26);
  }
  if (copy[12] === 0x86 && version === 6) {
    copy[15]! &= 0xf0;
    copy.fill(0, 16, 18);
  }
  return copy;
}

function frameOf(lines: readonly string[]): CapturedFrame | undefined {
  const [first = ""] = lines;
  const time = Number(HEAD.exec(first)?.[1]);
  const text = lines
    .filter((line) => !/^\t0x/.test(line))
    .join(" ")
    .trimEnd();
  const shown = lines.flatMap((line) => /^\t0x[0-9a-f]+: {2}(.*)$/.exec(line)?.[1] ?? []);
  const bytes = fromHex(shown.join(""));
  const whole = text.includes("proto AH (51)") ? bytes : rebuilt(text);
  if (whole === undefined) return undefined;
  const [comparably, seen] = [comparable(whole), hex(comparable(bytes))];
  // The last one of a section is cut off.
  assert.equal(hex(comparably).slice(0, seen.length), seen, text);
  return { time, bytes: comparably, whole };
}

function rebuilt(text: string): Uint8Array | undefined {
  const [, , mac = "", destinationMac = ""] = HEAD.exec(text) ?? [];
  const arp = ARP.exec(text)?.slice(1);
  if (arp !== undefined && arp[0] === arp[1]) return announcement(4, mac, arp[0]!);
  const neighbour = NEIGHBOUR.exec(text)?.slice(1);
  if (neighbour !== undefined && neighbour[0] === neighbour[1]) {
    return announcement(6, mac, neighbour[0]!);
  }
  const ip = (IPV4.exec(text) ?? IPV6.exec(text))?.slice(1);
  const vrrp = VRRP.exec(text)?.slice(1);
  if (ip === undefined || vrrp === undefined) return undefined;
  const [source, destination] = [vrrp[0]!, vrrp[1]!];
  return frame({
    eth: { source: mac, destination: destinationMac },
    ip: {
      source,
      destination,
      ttl: Number(ip[1]),
      protocol: PROTOCOL.vrrp,
      trafficClass: Number(ip[0]),
    },
    payload: advertisement(vrrp, { source, destination }),
  });
}

function advertisement(
  [, , version, router, priority, auth, interval, addresses, password = ""]: readonly string[],
  carrier: { source: string; destination: string },
): Uint8Array {
  const authData = new Uint8Array(AUTH_BYTES);
  authData.set(new TextEncoder().encode(password));
  const common = {
    router: Number(router),
    priority: Number(priority),
    addresses: addresses!.split(","),
  };
  if (version === "3") {
    const every = Number(interval) * CENTISECOND;
    return encodeAdvertisement({ ...common, version: 3, interval: every }, carrier);
  }
  const authType = AUTH_TYPES[auth!]!;
  const every = Number(interval) * SECOND;
  return encodeAdvertisement(
    { ...common, version: 2, interval: every, authType, authData },
    carrier,
  );
}

function fromHex(text: string): Uint8Array {
  const digits = text.replaceAll(/\s/g, "");
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) =>
    Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16),
  );
}
