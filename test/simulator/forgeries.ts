import type { DropReason } from "../../src/cluster/drop-reason.ts";
import { passwordBytes } from "../../src/cluster/receive.ts";
import type { InstanceSettings } from "../../src/cluster/settings.ts";
import { frame } from "../../src/wire/frame.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";
import { type Advertisement, encodeAdvertisement } from "../../src/wire/vrrp.ts";
import { FORGER, OWN, PEER, VIP } from "./election-scene.ts";

const GROUP = "224.0.0.18";
const GROUP_MAC = "01:00:5e:00:00:12";
const OWN_MAC = "02:00:00:00:00:10";
export const PASSWORD = "secret";
/** It would be believed, and would win. */
const WINNING: Advertisement = {
  version: 2,
  router: 51,
  priority: 254,
  interval: 1_000_000,
  addresses: [VIP],
  authType: 1,
  authData: passwordBytes(PASSWORD),
};

interface Carried {
  readonly source?: string;
  readonly destination?: string;
  readonly ttl?: number;
}

export function framed(payload: Uint8Array, carried: Carried = {}): Uint8Array {
  const { source = FORGER, destination = GROUP, ttl = 255 } = carried;
  return frame({
    eth: { source: "02:00:00:00:00:66", destination: destination === GROUP ? GROUP_MAC : OWN_MAC },
    ip: { source, destination, ttl, protocol: PROTOCOL.vrrp },
    payload,
  });
}

/** The message that would win, or another in what is given. */
export function message(changes: Partial<Advertisement> = {}, source = FORGER): Uint8Array {
  return encodeAdvertisement({ ...WINNING, ...changes }, { source, destination: GROUP });
}

/** A byte of the message is another, and the checksum is right or not. */
function changed(at: number, value: number, rightChecksum: boolean): Uint8Array {
  const bytes = message();
  const before = bytes[at]!;
  bytes[at] = value;
  if (!rightChecksum) return bytes;
  // RFC 1624: the checksum less the difference of the 16-bit word.
  const difference = (value - before) << (at % 2 === 0 ? 8 : 0);
  const sum = ((bytes[6]! << 8) | bytes[7]!) - difference;
  const folded = sum < 0 ? sum + 0xffff : sum > 0xffff ? sum - 0xffff : sum;
  bytes[6] = folded >> 8;
  bytes[7] = folded & 0xff;
  return bytes;
}

const UNICAST: Partial<InstanceSettings> = {
  peers: [{ address: PEER }],
  checkUnicastSource: true,
};

/** Messages that nobody may believe, and why they are dropped. */
export interface Forgery {
  readonly what: string;
  readonly frames: readonly Uint8Array[];
  readonly reason: DropReason;
  /** Of the instance that gets them. */
  readonly settings?: Partial<InstanceSettings>;
}

export const FORGERIES: readonly Forgery[] = [
  {
    what: "cut anywhere",
    frames: Array.from({ length: message().length }, (_, end) =>
      framed(message().subarray(0, end)),
    ).slice(1),
    reason: "length",
  },
  {
    what: "with another version",
    frames: [
      framed(message({ version: 3 })),
      framed(changed(0, 0x11, true)),
      framed(changed(0, 0x41, true)),
    ],
    reason: "version",
  },
  { what: "of another type", frames: [framed(changed(0, 0x22, true))], reason: "type" },
  {
    what: "with one byte that is another",
    frames: [2, 4, 5, 6, 9, 11, 12, 17].map((at) => framed(changed(at, 0x55, false))),
    reason: "checksum",
  },
  {
    what: "from beyond a router",
    frames: [254, 64, 1].map((ttl) => framed(message(), { ttl })),
    reason: "ttl",
  },
  { what: "without an address", frames: [framed(message({ addresses: [] }))], reason: "count" },
  { what: "with an interval of 0", frames: [framed(message({ interval: 0 }))], reason: "interval" },
  {
    what: "with another interval",
    frames: [framed(message({ interval: 2_000_000 }))],
    reason: "interval-mismatch",
  },
  {
    what: "with other addresses",
    frames: [[VIP, "192.168.150.101"], ["192.168.150.101"]].map((addresses) =>
      framed(message({ addresses })),
    ),
    reason: "address-list",
  },
  {
    what: "without authentication",
    frames: [0, 2].map((authType) => framed(message({ authType }))),
    reason: "auth-type",
  },
  {
    what: "with another password",
    frames: [framed(message({ authData: passwordBytes("Secret") }))],
    reason: "password",
  },
  {
    what: "in our own name",
    frames: [framed(message({}, OWN), { source: OWN })],
    reason: "own-source",
  },
  {
    what: "of none of the unicast peers",
    frames: [framed(message(), { destination: OWN })],
    reason: "unknown-source",
    settings: UNICAST,
  },
];
