import type { Exchange, ExchangeEvent, PingOrder, UdpOrder } from "../../exchange.ts";
import type { Addon, Poll } from "../addon.ts";
import { errno } from "../errno.ts";
import { failureOf, localFailure } from "./failure.ts";
import { describeTarget, Lifetime } from "./lifetime.ts";

const UV_READABLE = 1;
/** The longest datagram, which all exchanges of a thread read into. */
const ROOM = new Uint8Array(0xffff);
const READS_MAX = 16;

/** What a datagram is made of and what of it is for us: nothing for UDP, ICMP for ping. */
export interface Envelope {
  seal(payload: Uint8Array): Uint8Array;
  /** Undefined where it is somebody else's. */
  open(datagram: Uint8Array): Uint8Array | undefined;
}

export const PLAIN: Envelope = { seal: (payload) => payload, open: (datagram) => datagram.slice() };

/** Datagrams over a connected socket, which the kernel reports ICMP errors to. */
export class DatagramExchange implements Exchange {
  readonly #native: Addon;
  readonly #order: UdpOrder | PingOrder;
  readonly #envelope: Envelope;
  readonly #life: Lifetime;
  #fd = -1;
  #poll: Poll | undefined;

  constructor(
    native: Addon,
    order: UdpOrder | PingOrder,
    listener: (event: ExchangeEvent) => void,
    connect: () => number | ReturnType<typeof failureOf>,
    envelope: Envelope,
  ) {
    this.#native = native;
    this.#order = order;
    this.#envelope = envelope;
    this.#life = new Lifetime(order, listener, () => this.#release());
    const fd = connect();
    if (typeof fd !== "number") {
      this.#life.failLater(fd);
      return;
    }
    this.#fd = fd;
    const poll = native.pollOpen(fd, UV_READABLE, () => this.#read());
    if (typeof poll === "number") {
      this.#life.failLater(localFailure("wait for a socket", poll));
      return;
    }
    this.#poll = poll;
    queueMicrotask(() => this.#life.connected());
  }

  send(bytes: Uint8Array): void {
    if (!this.#life.open) return;
    const datagram = this.#envelope.seal(bytes);
    const sent = this.#native.sendto(this.#fd, datagram, 0, undefined);
    if (sent < 0) this.#life.failLater(this.#failure(sent));
  }

  close(): void {
    this.#life.end();
  }

  #read(): void {
    for (let reads = 0; reads < READS_MAX && this.#life.open; reads++) {
      const length = this.#native.recvfrom(this.#fd, ROOM, 0, undefined);
      if (length === -errno.EAGAIN) return;
      if (length < 0) {
        this.#life.fail(this.#failure(length));
        return;
      }
      const payload = this.#envelope.open(ROOM.subarray(0, length));
      if (payload !== undefined) this.#life.data(payload);
    }
  }

  #failure(result: number) {
    return failureOf(`reach ${describeTarget(this.#order)}`, result);
  }

  #release(): void {
    if (this.#poll !== undefined) this.#native.pollClose(this.#poll);
    this.#poll = undefined;
    if (this.#fd >= 0) this.#native.close(this.#fd);
    this.#fd = -1;
  }
}
