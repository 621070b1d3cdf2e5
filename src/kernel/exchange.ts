/**
 * Bytes out and bytes in, with one address: what a health check needs of an operating system.
 * `kernel/linux/exchange` is the real one, `simulator` the one in memory.
 */
export interface Exchanges {
  /**
   * Begins an exchange. It never waits and never throws: everything that comes of it, a refusal of
   * the operating system too, is told to the listener later, and nothing after close().
   */
  open(order: ExchangeOrder, listener: (event: ExchangeEvent) => void): Exchange;
}

export type ExchangeOrder = TcpOrder | UdpOrder | PingOrder;

/** Where from and where to: the words that all orders share. */
export interface ExchangeTarget {
  /** IPv4 or IPv6, canonical, without a zone. */
  readonly address: string;
  /** 0 for ping. */
  readonly port: number;
  readonly bindAddress?: string;
  readonly bindPort?: number;
  /** Interface by name (SO_BINDTODEVICE). */
  readonly bindInterface?: string;
  /** SO_MARK. */
  readonly mark?: number;
  /**
   * Microseconds from the opening until "connected", the handshake of TLS included; else "failed"
   * with TIMED_OUT. What comes after it has the caller's own deadline.
   */
  readonly timeout: number;
  /**
   * Bytes that may be received in all; the exchange ends with TOO_LONG when there are more. 1 MiB
   * unless told.
   */
  readonly receiveMax?: number;
}

export interface TcpOrder extends ExchangeTarget {
  readonly kind: "tcp";
  /** TLS, without a look at the certificate: a check asks for an answer, not for an identity. */
  readonly tls?: {
    /** SNI; absent for none. */
    readonly serverName?: string;
  };
}

export interface UdpOrder extends ExchangeTarget {
  readonly kind: "udp";
}

/** ICMP echo: each send() is the payload of one request, and "data" that of its reply. */
export interface PingOrder extends ExchangeTarget {
  readonly kind: "ping";
}

export interface Exchange {
  /**
   * Takes bytes after "connected"; they are a stream for TCP, one datagram else. Whether they could
   * be sent comes as an event.
   */
  send(bytes: Uint8Array): void;
  /**
   * Ends it, and nothing is told any more. TCP ends with a FIN, which servers do not complain of,
   * but where the local port is fixed with a reset: else the next exchange could not have it.
   */
  close(): void;
}

export type ExchangeEvent =
  /** TCP's handshake is done, and that of TLS; for UDP and ping, that the socket is open. */
  | { readonly kind: "connected" }
  /** The bytes are the listener's own. */
  | { readonly kind: "data"; readonly bytes: Uint8Array }
  /** The other end has sent all that it will (FIN); the exchange is over. TCP only. */
  | { readonly kind: "closed" }
  /** The exchange is over. */
  | { readonly kind: "failed"; readonly code: ExchangeFailure; readonly message: string };

export type ExchangeFailure =
  /** TCP reset in answer to the SYN, or ICMP port unreachable. */
  | "REFUSED"
  /** No connection within the order's timeout. */
  | "TIMED_OUT"
  /** No route, or another ICMP error than port unreachable. */
  | "UNREACHABLE"
  /** TCP reset later on. */
  | "RESET"
  /** The other end speaks no TLS, or none that we do. */
  | "TLS_FAILED"
  /** More than `receiveMax`. */
  | "TOO_LONG"
  /** Our own end: no such local address or interface, the port is taken, no permission. */
  | "LOCAL";
