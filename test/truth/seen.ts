import assert from "node:assert/strict";
import { type Frame, parseFrame } from "../../src/wire/frame.ts";
import { formatMac } from "../../src/wire/mac.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";
import type { Tcp } from "../../src/wire/tcp.ts";
import type { Client } from "./client.ts";
import type { Director } from "./director.ts";

/**
 * What the hosts of conn-states.txt see of a packet, in the words of the capture: "at server LAN: S
 * from 192.168.150.60:2001". The director's own stack takes part where Weir leaves a packet to it.
 */
export interface Lans {
  readonly client: Client;
  /** The NAT server, with the client as what it sends to. */
  readonly server: Client;
  /** What the client takes for the server. */
  readonly virtual: readonly string[];
}

export function sendAndSee(director: Director, lans: Lans, frame: Uint8Array): string[] {
  const received = director.receive(frame, ifindexOf(lans, frame));
  switch (received.verdict) {
    case "drop":
      return [];
    case "pass":
      // What goes up goes up as it came.
      assert.deepEqual(received.frame, frame, received.reason);
      return byOwnStack(lans, parse(frame));
    default:
      return [seenAt(lans, received.frame, received.ifindex ?? ifindexOf(lans, frame))];
  }
}

/** The client's LAN is at interface 1, the server's at 2. */
function ifindexOf({ client }: Lans, frame: Uint8Array): number {
  return formatMac(frame.subarray(6, 12)) === client.mac ? 1 : 2;
}

function seenAt({ client, server }: Lans, frame: Uint8Array, ifindex: number): string {
  const { mac, lan } =
    ifindex === 1 ? { mac: client.mac, lan: "client" } : { mac: server.mac, lan: "server" };
  const parsed = parse(frame);
  assert.equal(parsed.eth.destination, mac);
  return `at ${lan} LAN: ${describe(parsed)}`;
}

function describe({ ip, protocol, ports, tcp, icmp }: Frame): string {
  assert.ok(ip !== undefined);
  if (ip.version === 6) return `v6 proto ${ip.nextHeader}`;
  if (tcp !== undefined) return `${letters(tcp)} from ${ip.source}:${ports!.sourcePort}`;
  if (icmp !== undefined) return `ICMP ${icmp.type}/${icmp.code} from ${ip.source}`;
  return `proto ${protocol} from ${ip.source}`;
}

/**
 * A segment that no socket waits for is answered with a RST, but for a RST (RFC 9293 section
 * 3.10.7.1). What a server sends to the client is routed there.
 */
function byOwnStack({ client, virtual }: Lans, frame: Frame): string[] {
  const { ip, tcp, ports } = frame;
  assert.ok(ip !== undefined);
  if (ip.destination === client.address) return [`at client LAN: ${describe(frame)}`];
  assert.ok(virtual.includes(ip.destination), ip.destination);
  if (tcp === undefined || tcp.flags.has("rst")) return [];
  return [`at client LAN: R from ${ip.destination}:${ports!.destinationPort}`];
}

/** In the order in which the capture's script names them. */
function letters({ flags }: Tcp): string {
  const named = [
    ["S", "syn"],
    ["F", "fin"],
    ["R", "rst"],
    ["P", "psh"],
    ["A", "ack"],
  ] as const;
  return named.map(([letter, flag]) => (flags.has(flag) ? letter : "")).join("");
}

function parse(bytes: Uint8Array): Frame {
  const parsed = parseFrame(bytes);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  assert.ok(parsed.value.protocol !== PROTOCOL.tcp || parsed.value.tcp !== undefined);
  return parsed.value;
}
