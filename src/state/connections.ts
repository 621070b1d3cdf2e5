import { wordFlags, wordIsUsed, wordServer, wordState } from "../datapath/connection.ts";
import { connectionAge, connectionTimeout } from "../datapath/connection-end.ts";
import { FRESH, TICKS_PER_SECOND, TOUCHED } from "../datapath/constants.ts";
import { FORGOTTEN_PORT } from "../datapath/persistence.ts";
import { serverPort } from "../datapath/server-address.ts";
import { State, stateName } from "../datapath/state.ts";
import type { View } from "../datapath/tables.ts";
import { formatMapped } from "../wire/address.ts";

/** One line of `ipvsadm -Lnc`. */
export interface ConnectionEntry {
  /** "TCP", "UDP". */
  readonly protocol: string;
  /** Seconds until it ends if nothing more comes, rounded down. */
  readonly expires: number;
  /** IPVS's own names: "SYN_RECV", "ESTABLISHED", "UDP". */
  readonly state: string;
  readonly client: Endpoint;
  readonly virtual: Endpoint;
  readonly destination: Endpoint;
  readonly engine?: { readonly name: string; readonly data: string };
}

export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

const PROTOCOLS = new Map([
  [6, "TCP"],
  [17, "UDP"],
  // The template of a mark, which is of all protocols.
  [0, "IP"],
]);

/** Every live connection of the table. `now` in ticks. */
export function* listConnections(view: View, now: number): Generator<ConnectionEntry> {
  for (let index = 0; index < view.cold.count; index++) {
    if (!wordIsUsed(view, index) || wordFlags(view, index) & FRESH) continue;
    if (wordState(view, index) === State.REVERSE) continue;
    yield readConnection(view, index, now);
  }
}

function readConnection(view: View, index: number, now: number): ConnectionEntry {
  const vip = view.cold.get(index, "vip");
  const server = wordServer(view, index);
  const state = wordState(view, index);
  const protocol = view.vips.get(vip, "protocol");
  const virtualPort = view.cold.get(index, "virtual_port");
  return {
    protocol: PROTOCOLS.get(protocol) ?? String(protocol),
    expires: secondsLeft(view, index, now),
    state: stateName(state),
    client: {
      address: formatMapped(view.cold.bytes(index, "client")),
      port: view.cold.get(index, "client_port"),
    },
    virtual: {
      address: formatMapped(view.vips.bytes(vip, "address")),
      port: virtualPort,
    },
    destination: {
      address: formatMapped(view.servers.bytes(server, "address")),
      // Of a template that was forgotten, both are this one (ip_vs_check_template()).
      port: virtualPort === FORGOTTEN_PORT ? virtualPort : serverPort(view, server, virtualPort),
    },
  };
}

/** A touched entry was seen since the last sweep, so its time has hardly begun. */
function secondsLeft(view: View, index: number, now: number): number {
  const timeout = connectionTimeout(view, index);
  const age = wordFlags(view, index) & TOUCHED ? 1 : connectionAge(view, index, now);
  // A tick more than has passed: the kernel's timer, read at once, shows the whole second below.
  return Math.max(0, Math.floor((timeout - (age < 0 ? age : Math.max(1, age))) / TICKS_PER_SECOND));
}
