import { familyOf } from "../../../wire/address.ts";
import { PROTOCOL } from "../../../wire/protocol.ts";
import type { ExchangeOrder, Exchanges } from "../../exchange.ts";
import type { Addon } from "../addon.ts";
import { DatagramExchange, PLAIN } from "./datagram.ts";
import { echoEnvelope } from "./echo.ts";
import { connectSocket, SOCK_DGRAM, SOCK_RAW } from "./socket.ts";
import { TcpExchange } from "./tcp.ts";

/** Exchanges over the sockets of the calling thread's network namespace. */
export function linuxExchanges(native: Addon): Exchanges {
  // Those of the same moment differ; a process beside this one is told apart by the address alone.
  let identifier = process.pid & 0xffff;
  return {
    open(order, listener) {
      if (order.kind === "tcp") return new TcpExchange(native, order, listener);
      if (order.kind === "udp") {
        const connect = () => connectSocket(native, order, SOCK_DGRAM, PROTOCOL.udp);
        return new DatagramExchange(native, order, listener, connect, PLAIN);
      }
      identifier = (identifier + 1) & 0xffff;
      const family = familyOf(order.address) ?? 4;
      const protocol = family === 4 ? PROTOCOL.icmp : PROTOCOL.icmpv6;
      const connect = () => connectSocket(native, withoutPorts(order), SOCK_RAW, protocol);
      const envelope = echoEnvelope(family, identifier);
      return new DatagramExchange(native, order, listener, connect, envelope);
    },
  };
}

/** What is a port to others is a protocol to a raw socket (raw(7)). */
function withoutPorts<T extends ExchangeOrder>({ bindPort: _, ...order }: T) {
  return { ...order, port: 0 };
}
