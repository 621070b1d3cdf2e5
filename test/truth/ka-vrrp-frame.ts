import { hex } from "../../src/wire/bytes.ts";
import { describeFrame, parseFrame } from "../../src/wire/frame.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";
import {
  type Advertisement,
  decodeAdvertisement,
  describeAdvertisement,
} from "../../src/wire/vrrp.ts";
import { comparable } from "./ka-vrrp-frames.ts";

/** What a frame is, of those that elections send. */
export interface FrameKind {
  /** The Ethernet address of its sender. */
  readonly mac: string;
  readonly advertisement: Advertisement | undefined;
  /** Whether it carries a VRRP message, maybe behind an authentication header (RFC 2402). */
  readonly isVrrp: boolean;
  /** In words, for a reader, and then its bytes as far as they are compared. */
  readonly text: string;
  /** The address that it tells everybody of, where it is an announcement. */
  readonly address: string | undefined;
}

const PROTOCOL_AH = 51;

export function kindOf(bytes: Uint8Array): FrameKind {
  // Without its identification the header's checksum no longer holds.
  const frame = parseFrame(bytes, "trust");
  if (!frame.ok) throw new Error(frame.fault.message);
  const { eth, ip, protocol, transport, arp, icmp } = frame.value;
  const decoded =
    ip !== undefined && protocol === PROTOCOL.vrrp && transport !== undefined
      ? decodeAdvertisement(transport, ip)
      : undefined;
  const advertisement = decoded?.ok ? decoded.value : undefined;
  const words = advertisement ? describeAdvertisement(advertisement) : describeFrame(bytes);
  const announcer = icmp === undefined ? undefined : ip?.source;
  return {
    mac: eth.source,
    advertisement,
    isVrrp: protocol === PROTOCOL.vrrp || protocol === PROTOCOL_AH,
    text: `${words} ${hex(comparable(bytes))}`,
    address: arp?.senderAddress ?? announcer,
  };
}
