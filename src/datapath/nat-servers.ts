import { connectionPlace, findConnection, findConnectionExact, wordServer } from "./connection.ts";
import { forwardLives } from "./connection-end.ts";
import { KEY_NAT_SERVER, NAT_FILTER_BITS, TUPLE_REVERSE } from "./constants.ts";
import { untrackedLately } from "./open.ts";
import { answersByReverse } from "./reverse.ts";
import type { End } from "./rewrite.ts";
import { decodeServiceValue, encodeServiceKey } from "./service.ts";
import type { View } from "./tables.ts";
import {
  clientPort,
  portsWord,
  readWords,
  reversedTuple,
  type Tuple,
  virtualPort,
  type Words,
  wordBytes,
} from "./tuple.ts";

/**
 * Which connection a NAT server's packet belongs to (xdp/nat-servers.h). The connection table knows
 * a connection by its client and its VIP, and the packet says the client and the server; the
 * server's records name their services, and those the VIP. So both ways find the same word.
 */
export interface NatFlow {
  /** The record of the server. */
  readonly server: number;
  readonly service: number;
  /** What the client takes for the server. */
  readonly virtual: End;
  /** The connection as its requests name it. */
  readonly tuple: Tuple;
  /** Of its entry; undefined when it is one that found no room in the table. */
  readonly index: number | undefined;
}

/** Records of one address, port and protocol that are looked at. */
const NAT_SERVERS_MAX = 16;

/** Multiply-shift, keyed with the tables' secrets: the bit of an address in the filter. */
export function natFilterBit(view: View, address: Words): number {
  const keys = view.tables.hashKeys;
  const sum = address.reduce(
    (h, word, i) => (h + Math.imul(word + keys[i]!, keys[i + 1]! | 1)) | 0,
    0,
  );
  return (sum >>> 0) >>> (32 - Math.log2(NAT_FILTER_BITS));
}

/** False says for sure that no NAT server has this address. */
export function mayBeNatServer(view: View, address: Words): boolean {
  if (view.control.get(0, "nat") === 0) return false;
  const bit = natFilterBit(view, address);
  return ((view.natFilter[bit >>> 5]! >>> (bit & 31)) & 1) !== 0;
}

/** The key under which a NAT server is found; protocol 0 for those of marks. */
export function natServerKey(address: Uint8Array, port: number, protocol: number): Uint8Array {
  return encodeServiceKey({ address, port, protocol, kind: KEY_NAT_SERVER, generation: 0 });
}

/** The connection that a packet of `reply` belongs to: the server as client. `now` in ticks. */
export function findNatFlow(view: View, reply: Tuple, now: number): NatFlow | undefined {
  let untracked: NatFlow | undefined;
  for (const server of natServers(view, reply)) {
    const service = view.servers.get(server, "service");
    // The service was removed, and with it all that was known of its VIP.
    if (service >= view.services.count) continue;
    if (answersByReverse(view, service, server)) {
      const flow = findReversed(view, reply, { server, service });
      if (flow !== undefined) return flow;
      continue;
    }
    const flow = flowOf(view, reply, { server, service });
    const index = findConnection(view, flow.tuple, connectionPlace(view, flow.tuple)).index;
    if (index !== undefined && wordServer(view, index) === server) return { ...flow, index };
    if (untrackedLately(view, service, now)) untracked ??= flow;
  }
  return untracked;
}

/** Records of the server: those of its port, then those of any, of addresses before marks. */
export function* natServers(view: View, reply: Tuple): Generator<number> {
  const address = wordBytes(reply.client);
  for (const protocol of [reply.protocol, 0]) {
    for (const port of [clientPort(reply), 0]) {
      const key = natServerKey(address, port, protocol);
      const value = view.tables.serviceKeys.get(key);
      if (value !== undefined) yield* chain(view, decodeServiceValue(value).service);
    }
  }
}

/** The records that share a key. */
function* chain(view: View, first: number): Generator<number> {
  let next = first + 1;
  for (let i = 0; i < NAT_SERVERS_MAX && next !== 0; i++) {
    yield next - 1;
    next = view.servers.get(next - 1, "next_same");
  }
}

type Candidate = Pick<NatFlow, "server" | "service">;

/** The connection that it would be: the service says what its VIP is. */
function flowOf(view: View, reply: Tuple, { server, service }: Candidate): NatFlow {
  const bytes = view.services.bytes(service, "address");
  const address = readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  const port = view.services.get(service, "port") || clientPort(reply);
  return natFlow(reply, { server, service }, { address, port }, undefined);
}

/** The connection that the reply's own entry leads to. */
function findReversed(view: View, reply: Tuple, candidate: Candidate): NatFlow | undefined {
  const tuple: Tuple = { ...reversedTuple(reply), kind: TUPLE_REVERSE };
  const { index } = findConnectionExact(view, tuple, connectionPlace(view, tuple));
  if (index === undefined || wordServer(view, index) !== candidate.server) return undefined;
  if (!forwardLives(view, index)) return undefined;
  const forward = view.cold.get(index, "control") - 1;
  const bytes = view.vips.bytes(view.cold.get(forward, "vip"), "address");
  const address = readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  const port = view.cold.get(forward, "virtual_port");
  return natFlow(reply, candidate, { address, port }, forward);
}

function natFlow(
  reply: Tuple,
  candidate: Candidate,
  virtual: End,
  index: number | undefined,
): NatFlow {
  const tuple: Tuple = {
    ...reversedTuple(reply),
    virtual: virtual.address,
    ports: portsWord(virtualPort(reply), virtual.port),
  };
  return { ...candidate, virtual, tuple, index };
}
