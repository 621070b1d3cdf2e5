import { readU16 } from "../wire/bytes.ts";
import { checksumHolds } from "../wire/checksum.ts";
import { ETHERNET_BYTES } from "../wire/ethernet.ts";
import { PROTOCOL } from "../wire/protocol.ts";
import { readGre } from "./gre.ts";
import { readGue } from "./gue.ts";
import type { Outer } from "./outer.ts";
import type { Reason } from "./reason.ts";
import type { Tables } from "./tables.ts";

/** What stands between the outer IP header and the packet inside (xdp/tunnel.h). */
export interface Tunnel {
  /** Of the packet inside: 4 for IPv4, 41 for IPv6. */
  readonly protocol: number;
  /** Where it begins and where the tunnel ends, bytes from the frame's start. */
  readonly at: number;
  readonly until: number;
  /** GUE's remote checksum: where it begins and where it belongs, bytes from `at`. */
  readonly remote?: { readonly start: number; readonly offset: number };
}

export type TunnelKind = "ipip" | "gre" | "gue";

const UDP_BYTES = 8;

/** Undefined where the packet is of no kind of tunnel that this host takes. */
export function tunnelKind(
  tables: Tables,
  frame: Uint8Array,
  outer: Outer,
): TunnelKind | undefined {
  switch (outer.protocol) {
    case PROTOCOL.ipip:
    case PROTOCOL.ipv6:
      return tables.ipip ? "ipip" : undefined;
    case PROTOCOL.gre:
      return tables.gre ? "gre" : undefined;
    case PROTOCOL.udp: {
      // A later fragment has no port that could tell.
      if (tables.guePort === 0 || outer.fragment === "later") return undefined;
      if (outer.until - outer.at < UDP_BYTES) return undefined;
      return readU16(frame, outer.at + 2) === tables.guePort ? "gue" : undefined;
    }
    default:
      return undefined;
  }
}

export function readTunnel(kind: TunnelKind, frame: Uint8Array, outer: Outer): Tunnel | Reason {
  const header = frame.subarray(ETHERNET_BYTES, outer.at);
  if (outer.family === 4 && !checksumHolds(header)) return "bad-checksum";
  if (kind === "gre") return readGre(frame, outer);
  if (kind === "gue") return readGue(frame, outer);
  return { protocol: outer.protocol, at: outer.at, until: outer.until };
}
