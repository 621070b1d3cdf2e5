import { removeConnection } from "./connection-end.ts";
import { enterApart } from "./connection-new.ts";
import { TUPLE_REVERSE } from "./constants.ts";
import { serverAddress, serverPort } from "./server-address.ts";
import { State } from "./state.ts";
import type { View } from "./tables.ts";
import { clientPort, portsWord, type Tuple, virtualPort } from "./tuple.ts";

/**
 * Where the replies to a NAT connection of a mark find it (xdp/reverse.h). The server's address
 * names the service, and a service of an address names the connection; but a mark's connections
 * are to any address, so theirs have a second entry, of what their replies carry. So have those of
 * a service for every port whose server takes all of them at one.
 */
export interface Reverse {
  readonly server: number;
  /** Index of the connection's own entry. */
  readonly forward: number;
}

/** Whether a service's connections to this NAT server have a second entry. */
export function answersByReverse(view: View, service: number, server: number): boolean {
  if (view.services.get(service, "protocol") === 0) return true;
  return view.services.get(service, "port") === 0 && view.servers.get(server, "port") !== 0;
}

/** What a reply of this server to this flow carries, seen as the flow's. */
function reverseTuple(view: View, tuple: Tuple, server: number): Tuple {
  const port = serverPort(view, server, virtualPort(tuple));
  return {
    ...tuple,
    virtual: serverAddress(view, server),
    ports: portsWord(clientPort(tuple), port),
    kind: TUPLE_REVERSE,
  };
}

/**
 * False when there is no room for both, and then neither is there: the newer may have taken the
 * older's place, as it does of what is half open. `now` in ticks.
 */
export function enterReverse(
  view: View,
  tuple: Tuple,
  { server, forward }: Reverse,
  now: number,
): boolean {
  const entry = { server, state: State.REVERSE, control: forward + 1 };
  const index = enterApart(view, reverseTuple(view, tuple, server), entry, now);
  if (index !== undefined && index !== forward) return true;
  removeConnection(view, forward);
  return false;
}
