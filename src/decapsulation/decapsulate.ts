import { writeU16 } from "../wire/bytes.ts";
import { checksum } from "../wire/checksum.ts";
import { ETHERNET_AT, ETHERNET_BYTES } from "../wire/ethernet.ts";
import { ETHERTYPE } from "../wire/protocol.ts";
import { leavingCongestion, writeCongestion } from "./congestion.ts";
import { type Inner, readInner } from "./inner.ts";
import { readOuter } from "./outer.ts";
import { isPassed, type Reason } from "./reason.ts";
import type { Tables } from "./tables.ts";
import { readTunnel, type Tunnel, tunnelKind } from "./tunnel.ts";

export interface Decapsulated {
  readonly verdict: "pass" | "drop";
  readonly reason: Reason;
  readonly frame: Uint8Array;
}

/**
 * The real server's end of a tunnel, executable specification of xdp/decap.bpf.c: what directors
 * send to VIPs of this host in IP in IP (RFC 2003, RFC 2473, RFC 4213), GRE or GUE goes up to the
 * stack as if it had come without the tunnel. Frames have an Ethernet header at least.
 */
export function decapsulate(tables: Tables, received: Uint8Array): Decapsulated {
  const frame = received.slice();
  const taken = takeOut(tables, frame);
  const reason = typeof taken === "string" ? taken : "decapsulated";
  tables.count(reason);
  const verdict = isPassed(reason) ? "pass" : "drop";
  return { verdict, reason, frame: typeof taken === "string" ? frame : taken };
}

function takeOut(tables: Tables, frame: Uint8Array): Uint8Array | Reason {
  const outer = readOuter(frame);
  const kind = outer && tunnelKind(tables, frame, outer);
  if (outer === undefined || kind === undefined) return "not-a-tunnel";
  if (outer.fragment !== "none") return "outer-fragment";
  if (!tables.has("directors", outer.source)) return "outer-source";
  const tunnel = readTunnel(kind, frame, outer);
  if (typeof tunnel === "string") return tunnel;
  const inner = readInner(frame, tunnel);
  if (inner === undefined) return "malformed";
  if (!tables.has("vips", inner.destination)) return "inner-destination";
  const leaving = leavingCongestion(outer.congestion, inner.congestion);
  if (leaving === undefined) return "congestion";
  if (tunnel.remote !== undefined) fillChecksum(frame, tunnel, tunnel.remote);
  writeCongestion(frame, tunnel.at, inner, leaving);
  return unwrapped(frame, tunnel, inner);
}

/** The director left the sum of the pseudo header there, and the rest to us. */
function fillChecksum(
  frame: Uint8Array,
  { at, until }: Tunnel,
  { start, offset }: NonNullable<Tunnel["remote"]>,
): void {
  const check = checksum(frame.subarray(at + start, until));
  // RFC 768: to UDP zero would say that there is none; to TCP both zeros are alike.
  writeU16(frame, at + offset, check === 0 ? 0xffff : check);
}

function unwrapped(frame: Uint8Array, { at }: Tunnel, { family }: Inner): Uint8Array {
  const left = frame.slice(at - ETHERNET_BYTES);
  left.set(frame.subarray(0, ETHERNET_AT.type));
  writeU16(left, ETHERNET_AT.type, family === 4 ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6);
  return left;
}
