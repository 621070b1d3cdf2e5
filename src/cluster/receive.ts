import { addressBytes } from "../wire/address.ts";
import { type Advertisement, decodeAdvertisement } from "../wire/vrrp.ts";
import type { DropReason } from "./drop-reason.ts";
import type { InstanceSettings, UnicastPeer } from "./settings.ts";

/** A message as it came, with what its IP header says. */
export interface VrrpArrival {
  readonly source: string;
  readonly destination: string;
  /** TTL or hop limit. */
  readonly ttl: number;
  readonly message: Uint8Array;
}

export type Received =
  | {
      readonly ok: true;
      readonly advertisement: Advertisement;
      /** The sender's address is higher than our own. */
      readonly sourceIsHigher: boolean;
      /** What is odd about it, and no reason not to hear it. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly reason: DropReason; readonly message: string };

const TTL = 255;
/** RFC 2338 section 5.3.6: no authentication, and a simple text password. */
const AUTH_NONE = 0;
const AUTH_PASSWORD = 1;

/**
 * The checks of RFC 9568 section 7.1, and of RFC 3768 section 7.1 for version 2, on what came for
 * an instance. Undefined where it is another router's, which is no fault of anybody.
 */
export function receive(
  settings: InstanceSettings,
  own: string,
  arrival: VrrpArrival,
): Received | undefined {
  const { source, message } = arrival;
  if (message.length > 1 && message[1] !== settings.router) return undefined;
  // Multicast of our own comes back where a bridge is told to.
  if (source === own) return dropped("own-source", "A message carries our own address");
  const peer = settings.peers.find(({ address }) => address === source);
  const far = ttlFault(settings, peer, arrival);
  if (far !== undefined) return far;
  if (settings.peers.length > 0 && settings.checkUnicastSource && peer === undefined) {
    return dropped("unknown-source", `${source} is none of the unicast peers`);
  }
  const decoded = decodeAdvertisement(message, arrival);
  if (!decoded.ok)
    return dropped(reasonOf(decoded.fault.code), `${source}: ${decoded.fault.message}`);
  const advertisement = decoded.value;
  if (advertisement.version !== settings.version) {
    const versions = `version ${advertisement.version}, and ours is ${settings.version}`;
    return dropped("version", `${source} speaks VRRP ${versions}`);
  }
  const bad = settings.version === 2 ? checkVersion2(settings, source, advertisement) : undefined;
  if (bad !== undefined) return bad;
  return {
    ok: true,
    advertisement,
    sourceIsHigher: isHigher(source, own),
    notes: settings.version === 3 ? oddities(settings, source, advertisement) : [],
  };
}

/** TTL 255 says that no router has passed it on. A unicast peer may be behind some. */
function ttlFault(
  { peers }: InstanceSettings,
  peer: UnicastPeer | undefined,
  { source, ttl }: VrrpArrival,
): Received | undefined {
  const least = peers.length === 0 ? TTL : (peer?.minTtl ?? 0);
  const most = peer?.maxTtl ?? TTL;
  if (ttl >= least && ttl <= most) return undefined;
  return dropped(
    "ttl",
    `A message of ${source} has a TTL of ${ttl}, and not of ${least} to ${most}`,
  );
}

function checkVersion2(
  settings: InstanceSettings,
  source: string,
  advertisement: Advertisement,
): Received | undefined {
  const { password, advertInterval } = settings;
  const expected = password === undefined ? AUTH_NONE : AUTH_PASSWORD;
  if (advertisement.authType !== expected) {
    const types = `${advertisement.authType}, and ours is ${expected}`;
    return dropped("auth-type", `The authentication of ${source} is of type ${types}`);
  }
  if (password !== undefined && !samePassword(password, advertisement.authData)) {
    return dropped("password", `${source} has another password`);
  }
  if (advertisement.interval !== advertInterval) {
    const intervals = `${seconds(advertisement.interval)}, and we every ${seconds(advertInterval)}`;
    return dropped("interval-mismatch", `${source} advertises every ${intervals}`);
  }
  // RFC 3768 section 7.1: the owner's word counts all the same.
  if (advertisement.priority !== 255 && addressesDiffer(settings, advertisement)) {
    return dropped("address-list", addressNote(settings, source, advertisement));
  }
  return undefined;
}

/** Version 3 hears the message all the same, and says what is odd (RFC 9568 section 7.1). */
function oddities(
  settings: InstanceSettings,
  source: string,
  advertisement: Advertisement,
): string[] {
  const { priority, interval, addresses } = advertisement;
  const notes: string[] = [];
  if (priority !== 0 && interval !== settings.advertInterval) {
    const intervals = `${seconds(interval)}, and we every ${seconds(settings.advertInterval)}`;
    notes.push(`${source} advertises every ${intervals}`);
  }
  if (priority !== 0 && addressesDiffer(settings, advertisement)) {
    notes.push(addressNote(settings, source, advertisement));
  }
  // Section 5.2.9: the link-local one comes first.
  if (settings.family === 6 && !isLinkLocal(addresses[0]!)) {
    notes.push(`The first address of ${source} is ${addresses[0]}, which is not link-local`);
  }
  return notes;
}

/** Of fe80::/10 (RFC 4291 section 2.5.6). */
function isLinkLocal(address: string): boolean {
  const [first, second] = addressBytes(address);
  return first === 0xfe && (second! & 0xc0) === 0x80;
}

function addressesDiffer(settings: InstanceSettings, { addresses }: Advertisement): boolean {
  if (settings.skipAddressCheck) return false;
  const ours = settings.addresses.map(({ address }) => address);
  return ours.length !== addresses.length || ours.some((address) => !addresses.includes(address));
}

function addressNote(
  settings: InstanceSettings,
  source: string,
  { addresses }: Advertisement,
): string {
  const ours = settings.addresses.map(({ address }) => address).join(" ");
  return `${source} advertises ${addresses.join(" ")}, and ours are ${ours}`;
}

/** Eight bytes, the rest zeros (RFC 2338 section 5.3.6.2). */
export function passwordBytes(password: string): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes.set(new TextEncoder().encode(password).subarray(0, 8));
  return bytes;
}

function samePassword(password: string, data: Uint8Array | undefined): boolean {
  return passwordBytes(password).every((byte, i) => byte === data?.[i]);
}

/** As numbers in network byte order (RFC 9568 section 6.4.3). */
function isHigher(a: string, b: string): boolean {
  const [left, right] = [addressBytes(a), addressBytes(b)];
  const at = left.findIndex((byte, i) => byte !== right[i]);
  return at >= 0 && left[at]! > right[at]!;
}

function reasonOf(code: string): DropReason {
  switch (code) {
    case "VRRP_VERSION":
      return "version";
    case "VRRP_TYPE":
      return "type";
    case "VRRP_CHECKSUM":
      return "checksum";
    case "VRRP_COUNT":
      return "count";
    case "VRRP_INTERVAL":
      return "interval";
    default:
      return "length";
  }
}

function seconds(micros: number): string {
  return `${micros / 1_000_000} s`;
}

function dropped(reason: DropReason, message: string): Received {
  return { ok: false, reason, message };
}
