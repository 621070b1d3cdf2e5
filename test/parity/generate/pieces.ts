import type { Random } from "../../../src/base/random.ts";
import { concat } from "../../../src/wire/bytes.ts";
import { frame } from "../../../src/wire/frame.ts";
import { DIRECTOR_MAC } from "../machine.ts";
import { CLIENT_MAC } from "./network.ts";
import type { Flow } from "./traffic.ts";

/** Extension headers of IPv6, and datagrams in fragments of either family. */

const OPTIONS = [0, 43, 60];
const FRAGMENT = 44;

/** Chains of extension headers, some longer than anybody sends. */
export function extensions(random: Random, transport: number) {
  const kinds = Array.from({ length: 1 + random.integer(random.chance(0.1) ? 8 : 3) }, () =>
    random.chance(0.15) ? FRAGMENT : random.pick(OPTIONS),
  );
  const headers = kinds.map((kind, i) => {
    const next = kinds[i + 1] ?? transport;
    if (kind !== FRAGMENT) {
      const length = random.integer(3);
      const header = new Uint8Array(8 * (length + 1));
      header.set([next, length]);
      return header;
    }
    // Mostly an atomic fragment, else the first one, else a later one.
    const offset = random.chance(0.6) ? 0 : random.chance(0.5) ? 1 : 8 * random.integer(100);
    return Uint8Array.of(next, 0, offset >> 8, offset & 0xff, 0, 0, 0, random.integer(4));
  });
  return { nextHeader: kinds[0]!, bytes: concat(...headers) };
}

/** A datagram in two or three pieces; now and then in the wrong order, or with one missing. */
export function fragmentsOf(random: Random, flow: Flow): Uint8Array[] {
  const id = random.integer(random.chance(0.5) ? 4 : 0x10000);
  const sizes = Array.from({ length: 2 + random.integer(2) }, () => 8 * (3 + random.integer(60)));
  let offset = 0;
  const pieces = sizes.map((size, i) => {
    const piece = fragment(flow, { id, offset, last: i === sizes.length - 1, size, random });
    offset += size;
    return piece;
  });
  if (random.chance(0.2)) pieces.reverse();
  if (random.chance(0.1)) pieces.splice(random.integer(pieces.length), 1);
  return pieces;
}

interface Piece {
  readonly id: number;
  /** In bytes of the datagram. */
  readonly offset: number;
  readonly size: number;
  readonly last: boolean;
  readonly random: Random;
}

function fragment(flow: Flow, { id, offset, size, last, random }: Piece): Uint8Array {
  const { client, clientPort, service } = flow;
  const protocol = service.protocol === "udp" ? 17 : 6;
  const ports = { sourcePort: clientPort, destinationPort: service.port };
  const ends = { source: client, destination: service.address };
  const first = offset === 0;
  const transport =
    protocol === 17 ? { udp: ports } : { tcp: { ...ports, flags: ["ack"] as const } };
  const ip = service.address.includes(":")
    ? { ...ends, protocol, extensions: fragmentHeader(protocol, id, offset, last) }
    : { ...ends, protocol, id, fragmentOffset: offset, moreFragments: !last };
  return frame({
    eth: { source: CLIENT_MAC, destination: DIRECTOR_MAC },
    ip,
    ...(first ? transport : {}),
    payload: random.bytes(first ? size - (protocol === 17 ? 8 : 20) : size),
  });
}

/** RFC 8200 section 4.5 */
function fragmentHeader(nextHeader: number, id: number, offset: number, last: boolean) {
  const bits = offset | (last ? 0 : 1);
  const bytes = Uint8Array.of(nextHeader, 0, bits >> 8, bits & 0xff, 0, 0, id >> 8, id & 0xff);
  return { nextHeader: FRAGMENT, bytes };
}
