import { failure, type Result, success } from "../base/fault.ts";
import { addressBytes, formatAddress } from "./address.ts";
import { readU16, writeU16 } from "./bytes.ts";
import { checksum, checksumHolds, pseudoHeaderSum } from "./checksum.ts";
import { PROTOCOL } from "./protocol.ts";

/**
 * VRRP version 2 (RFC 3768) and version 3 (RFC 5798, RFC 9568), whose messages follow the IP header
 * with protocol 112. Numbers are in network byte order.
 */

/** An advertisement. Times in microseconds; v2 counts whole seconds, v3 hundredths of a second. */
export interface Advertisement {
  readonly version: 2 | 3;
  readonly router: number;
  /** 0: its sender leaves. */
  readonly priority: number;
  readonly interval: number;
  /** Canonical text, in the order of the message. */
  readonly addresses: readonly string[];
  /** v2: the authentication type (RFC 2338 section 5.3.6), and the 8 bytes at the end. */
  readonly authType?: number;
  readonly authData?: Uint8Array;
}

/** The IP header around a message, as far as its checksum covers it. */
export interface VrrpCarrier {
  readonly source: string;
  readonly destination: string;
}

const HEADER_BYTES = 8;
const AUTH_BYTES = 8;
const TYPE_ADVERTISEMENT = 1;
const SECOND = 1_000_000;
const CENTISECOND = 10_000;
/** The interval of version 3 has 12 bits. */
const INTERVAL_MAX = 0xfff;
const AT = { version: 0, router: 1, priority: 2, count: 3, interval: 4, checksum: 6 } as const;

/**
 * The bytes of an advertisement. `pseudoHeader`: over IPv4 the checksum of version 3 covers a
 * pseudo-header as keepalived sends it, or the message alone as RFC 9568 section 5.2.8 has it. Over
 * IPv6 it always covers one, in version 2 never.
 */
export function encodeAdvertisement(
  advertisement: Advertisement,
  carrier: VrrpCarrier,
  pseudoHeader = true,
): Uint8Array {
  const { version, router, priority, addresses, interval } = advertisement;
  const encoded = addresses.map(addressBytes);
  const body = encoded.reduce((length, { length: each }) => length + each, 0);
  const bytes = new Uint8Array(HEADER_BYTES + body + (version === 2 ? AUTH_BYTES : 0));
  bytes[AT.version] = (version << 4) | TYPE_ADVERTISEMENT;
  bytes[AT.router] = router;
  bytes[AT.priority] = priority;
  bytes[AT.count] = addresses.length;
  if (version === 2) {
    bytes[AT.interval] = advertisement.authType ?? 0;
    bytes[AT.interval + 1] = Math.round(interval / SECOND);
    const data = advertisement.authData ?? new Uint8Array(0);
    bytes.set(data.subarray(0, AUTH_BYTES), HEADER_BYTES + body);
  } else {
    writeU16(bytes, AT.interval, Math.min(INTERVAL_MAX, Math.round(interval / CENTISECOND)));
  }
  let at = HEADER_BYTES;
  for (const address of encoded) {
    bytes.set(address, at);
    at += address.length;
  }
  const covers = version === 3 && (pseudoHeader || carrier.source.includes(":"));
  writeU16(bytes, AT.checksum, checksum(bytes, covers ? pseudoSum(carrier, bytes.length) : 0));
  return bytes;
}

/**
 * Reads a message whole, with the checks of RFC 9568 section 7.1 that need no configuration. Both
 * kinds of checksum are taken for version 3 over IPv4.
 *
 * Faults: VRRP_LENGTH, VRRP_VERSION, VRRP_TYPE, VRRP_CHECKSUM, VRRP_COUNT (no address),
 * VRRP_INTERVAL (0).
 */
export function decodeAdvertisement(
  bytes: Uint8Array,
  carrier: VrrpCarrier,
): Result<Advertisement> {
  if (bytes.length < HEADER_BYTES) return lengthFault(bytes, HEADER_BYTES);
  const version = bytes[AT.version]! >> 4;
  const type = bytes[AT.version]! & 0xf;
  if (version !== 2 && version !== 3) {
    return failure("VRRP_VERSION", `VRRP version ${version} is neither 2 nor 3`);
  }
  const family = carrier.source.includes(":") ? 6 : 4;
  if (version === 2 && family === 6) {
    return failure("VRRP_VERSION", "VRRP version 2 is for IPv4 alone");
  }
  if (type !== TYPE_ADVERTISEMENT) {
    return failure("VRRP_TYPE", `VRRP type ${type} is not an advertisement`);
  }
  const count = bytes[AT.count]!;
  const size = family === 4 ? 4 : 16;
  const end = HEADER_BYTES + count * size;
  const needed = end + (version === 2 ? AUTH_BYTES : 0);
  if (bytes.length < needed) return lengthFault(bytes, needed);
  if (!holds(bytes, version, family, carrier)) {
    return failure("VRRP_CHECKSUM", "The checksum of a VRRP message does not match");
  }
  // Erratum 8299 of RFC 5798.
  if (count === 0) return failure("VRRP_COUNT", "A VRRP message has no address");
  const interval =
    version === 2
      ? bytes[AT.interval + 1]! * SECOND
      : (readU16(bytes, AT.interval) & INTERVAL_MAX) * CENTISECOND;
  // Erratum 8301.
  if (interval === 0) return failure("VRRP_INTERVAL", "A VRRP message has an interval of 0");
  const addresses = Array.from({ length: count }, (_, i) =>
    formatAddress(bytes.subarray(HEADER_BYTES + i * size, HEADER_BYTES + (i + 1) * size)),
  );
  const common = {
    version,
    router: bytes[AT.router]!,
    priority: bytes[AT.priority]!,
    interval,
    addresses,
  } as const;
  if (version === 3) return success(common);
  const authData = bytes.slice(end, end + AUTH_BYTES);
  return success({ ...common, authType: bytes[AT.interval]!, authData });
}

/** "vrrp v2 router 51 priority 100 every 1 s for 192.168.150.100". */
export function describeAdvertisement(advertisement: Advertisement): string {
  const { version, router, priority, interval, addresses } = advertisement;
  const leaves = priority === 0 ? " (leaves)" : "";
  const what = `every ${interval / SECOND} s for ${addresses.join(" ")}`;
  return `vrrp v${version} router ${router} priority ${priority}${leaves} ${what}`;
}

function holds(bytes: Uint8Array, version: 2 | 3, family: 4 | 6, carrier: VrrpCarrier): boolean {
  const alone = version === 2 || family === 4;
  if (alone && checksumHolds(bytes)) return true;
  return version === 3 && checksumHolds(bytes, pseudoSum(carrier, bytes.length));
}

function pseudoSum({ source, destination }: VrrpCarrier, length: number): number {
  return pseudoHeaderSum(addressBytes(source), addressBytes(destination), PROTOCOL.vrrp, length);
}

function lengthFault(bytes: Uint8Array, needed: number) {
  return failure(
    "VRRP_LENGTH",
    `A VRRP message has ${bytes.length} bytes where it needs ${needed}`,
  );
}
