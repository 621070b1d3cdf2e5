import { mappedBytes } from "../../wire/address.ts";
import { macBytes } from "../../wire/mac.ts";
import { connectionPlace } from "../connection.ts";
import { newConnection } from "../connection-new.ts";
import { METHOD_NAT, SERVER_AVAILABLE, SERVER_READY, SERVER_USED } from "../constants.ts";
import { natFilterBit, natServerKey } from "../nat-servers.ts";
import { enterReverse } from "../reverse.ts";
import { serverAddress } from "../server-address.ts";
import { encodeServiceValue } from "../service.ts";
import type { State } from "../state.ts";
import type { View } from "../tables.ts";
import type { Tuple } from "../tuple.ts";
import type { FindRoute } from "../verdict.ts";
import { vipIndex, virtualSide } from "../vip-table.ts";
import { testView } from "./tables.ts";

/** A director with clients on its first interface and NAT servers on its second. */

export const CLIENT_MAC = "02:00:00:00:00:50";
export const DIRECTOR_MAC = "02:00:00:00:00:10";
export const INSIDE_MAC = "02:00:00:00:01:01";
export const SERVER_MAC = "02:00:00:00:01:11";
export const OUTSIDE = 1;
export const INSIDE = 2;

export function natView(): View {
  const view = testView({ buckets: 64, vips: 64 });
  for (const [ifindex, mac] of [
    [OUTSIDE, DIRECTOR_MAC],
    [INSIDE, INSIDE_MAC],
  ] as const) {
    view.ifaces.bytes(ifindex, "mac").set(macBytes(mac));
    view.ifaces.set(ifindex, "ifindex", ifindex);
  }
  return view;
}

interface TestService {
  /** Protocol 0 is a mark. */
  readonly protocol: number;
  readonly address: string;
  readonly port: number;
}

export function writeService(view: View, index: number, service: TestService): void {
  view.services.bytes(index, "address").set(mappedBytes(service.address));
  view.services.set(index, "port", service.port);
  view.services.set(index, "protocol", service.protocol);
}

interface TestServer {
  readonly service: number;
  readonly address: string;
  readonly port: number;
}

/** A NAT server behind the second interface, alone under its key. */
export function writeNatServer(view: View, index: number, server: TestServer): void {
  const { servers, services, control, natFilter } = view;
  servers.bytes(index, "address").set(mappedBytes(server.address));
  servers.set(index, "port", server.port);
  servers.set(index, "service", server.service);
  servers.set(index, "method", METHOD_NAT);
  servers.set(index, "weight", 1);
  servers.bytes(index, "next_hop").set(macBytes(SERVER_MAC));
  servers.bytes(index, "source").set(macBytes(INSIDE_MAC));
  servers.set(index, "flags", SERVER_AVAILABLE | SERVER_READY | SERVER_USED);
  servers.set(index, "mtu", 1500);
  servers.set(index, "ifindex", INSIDE);
  const protocol = services.get(server.service, "protocol");
  const key = natServerKey(servers.bytes(index, "address"), server.port, protocol);
  view.tables.serviceKeys.set(key, encodeServiceValue({ service: index, vip: 0, flags: 0 }));
  const bit = natFilterBit(view, serverAddress(view, index));
  natFilter[bit >>> 5] = natFilter[bit >>> 5]! | (1 << (bit & 31));
  control.set(0, "nat", 1);
}

/** The index of a connection's entry that was just made. */
export function enter(view: View, tuple: Tuple, server: number, state: State): number {
  const vip = vipIndex(view, virtualSide(tuple))!;
  const entry = { server, vip, state, collides: false, control: 0 };
  const entered = newConnection(view, tuple, connectionPlace(view, tuple), entry, 0);
  if (typeof entered === "string") throw new Error(`the table is ${entered}`);
  return entered.index;
}

/** The same with the entry by which its answers are found. */
export function enterWithReverse(view: View, tuple: Tuple, server: number, state: State): number {
  const forward = enter(view, tuple, server, state);
  if (!enterReverse(view, tuple, { server, forward }, 0)) throw new Error("the table is full");
  return forward;
}

/** All clients are neighbours on the first interface. */
export const routeOutside: FindRoute = () => ({
  ifindex: OUTSIDE,
  source: macBytes(DIRECTOR_MAC),
  destination: macBytes(CLIENT_MAC),
});
