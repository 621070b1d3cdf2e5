import {
  connectionPlace,
  findConnectionExact,
  setWord,
  wordFlags,
  wordServer,
  wordState,
  wordTag,
} from "./connection.ts";
import { enterApart } from "./connection-new.ts";
import { SERVER_AVAILABLE, TUPLE_TEMPLATE } from "./constants.ts";
import { chooseServer } from "./schedule.ts";
import type { Flow } from "./scheduler.ts";
import { State } from "./state.ts";
import type { View } from "./tables.ts";
import { portsWord, readWords, type Tuple, virtualPort, type Words } from "./tuple.ts";

/**
 * Persistence: a template in the connection table remembers the server of a group of clients
 * (xdp/persistence.h; ip_vs_sched_persist(), inventory P-01 to P-05).
 */
export interface Persistent {
  /** Undefined when no server may take the connection. */
  readonly server: number | undefined;
  /** Index of the template; undefined when the table had no room for one. */
  readonly template?: number;
}

/** Under this tag nobody looks for anything on purpose. */
const FORGOTTEN_TAG = 1;
export const FORGOTTEN_PORT = 0xffff;

export function schedulePersistent(view: View, service: number, flow: Flow): Persistent {
  const tuple = templateTuple(view, service, flow.tuple);
  const { index } = findConnectionExact(view, tuple, connectionPlace(view, tuple));
  if (index !== undefined) {
    if (templateHolds(view, index)) {
      // Now, so that the connection that is to be entered does not take its place.
      restartTemplate(view, index, flow.now);
      return { server: wordServer(view, index), template: index };
    }
    forgetTemplate(view, index);
  }
  const server = chooseServer(view, service, flow);
  if (server === undefined) return { server };
  const entry = { server, state: State.TEMPLATE, control: 0 };
  const template = enterApart(view, tuple, entry, flow.now);
  return template === undefined ? { server } : { server, template };
}

/** ip_vs_control_add() */
export function controlConnection(view: View, template: number, state: number, now: number): void {
  view.cold.set(template, "control", view.cold.get(template, "control") + 1);
  restartTemplate(view, template, now);
  if (state === State.ESTABLISHED) assure(view, template);
}

/** ip_vs_conn_put(): the template's time begins anew. `now` in ticks. */
export function restartTemplate(view: View, template: number, now: number): void {
  view.cold.set(template, "seen", now);
}

/** ip_vs_control_assure_ct(): a connection that is established vouches for its template. */
export function assureTemplate(view: View, index: number, state: number): void {
  const control = view.cold.get(index, "control");
  if (state === State.ESTABLISHED && control !== 0) assure(view, control - 1);
}

function assure(view: View, template: number): void {
  if (wordState(view, template) !== State.TEMPLATE) return;
  setState(view, template, State.ASSURED);
}

/** What the template of a flow is found by; the service says how far clients are one. */
function templateTuple(view: View, service: number, tuple: Tuple): Tuple {
  const protocol = view.services.get(service, "protocol");
  const port = view.services.get(service, "port") === 0 ? 0 : virtualPort(tuple);
  return {
    family: tuple.family,
    client: maskedClient(view, service, tuple),
    virtual: protocol === 0 ? serviceAddress(view, service) : tuple.virtual,
    ports: portsWord(0, port),
    protocol,
    kind: TUPLE_TEMPLATE,
  };
}

function maskedClient(view: View, service: number, { family, client }: Tuple): Words {
  const netmask = view.services.get(service, "netmask");
  if (family === 4) return [client[0], client[1], client[2], (client[3] & netmask) >>> 0];
  const word = (i: number) => (client[i]! & prefixWord(netmask - 32 * i)) >>> 0;
  return [word(0), word(1), word(2), word(3)];
}

/** A word's part of a prefix of so many bits from its start, as it lies in a packet. */
function prefixWord(bits: number): number {
  if (bits <= 0) return 0;
  if (bits >= 32) return 0xffff_ffff;
  const mask = (0xffff_ffff << (32 - bits)) >>> 0;
  return ((mask >>> 24) | ((mask >>> 8) & 0xff00) | ((mask << 8) & 0xff_0000) | (mask << 24)) >>> 0;
}

function serviceAddress(view: View, service: number): Words {
  const bytes = view.services.bytes(service, "address");
  return readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
}

/** ip_vs_check_template(): not of a server that is gone, or quiesced if that is so set. */
function templateHolds(view: View, index: number): boolean {
  const server = wordServer(view, index);
  if ((view.servers.get(server, "flags") & SERVER_AVAILABLE) === 0) return false;
  const expires = view.control.get(0, "expire_quiescent_template") !== 0;
  return !expires || view.servers.get(server, "weight") !== 0;
}

/** It stays for its connections, but is no longer found. */
function forgetTemplate(view: View, index: number): void {
  const word = {
    tag: FORGOTTEN_TAG,
    server: wordServer(view, index),
    state: wordState(view, index),
    flags: wordFlags(view, index),
  };
  setWord(view, index, word);
  view.cold.set(index, "client_port", 0);
  view.cold.set(index, "virtual_port", FORGOTTEN_PORT);
}

function setState(view: View, index: number, state: number): void {
  setWord(view, index, {
    tag: wordTag(view, index),
    server: wordServer(view, index),
    state,
    flags: wordFlags(view, index),
  });
}
