import { concat } from "../../../wire/bytes.ts";
import { u32Bytes } from "../../../wire/netlink.ts";
import type { Exchange, ExchangeEvent, TcpOrder } from "../../exchange.ts";
import type { Addon, Poll } from "../addon.ts";
import { errno } from "../errno.ts";
import { failureOf, localFailure } from "./failure.ts";
import { describeTarget, Lifetime } from "./lifetime.ts";
import { connectSocket, SOCK_STREAM } from "./socket.ts";
import { type Secured, secure } from "./tls.ts";

const UV_READABLE = 1;
const UV_WRITABLE = 2;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_LINGER = 13;
const MSG_NOSIGNAL = 0x4000;

/** All exchanges of a thread read into it, and each gets a copy of what is its own. */
const ROOM = new Uint8Array(64 * 1024);
/** Reads in one turn; what is left after them makes the socket readable again. */
const READS_MAX = 16;

/** TCP over a socket of the addon: Node.js can set neither SO_MARK nor SO_BINDTODEVICE. */
export class TcpExchange implements Exchange {
  readonly #native: Addon;
  readonly #order: TcpOrder;
  readonly #life: Lifetime;
  #fd = -1;
  #poll: Poll | undefined;
  #secured: Secured | undefined;
  #connected = false;
  #unsent: Uint8Array = new Uint8Array(0);

  constructor(native: Addon, order: TcpOrder, listener: (event: ExchangeEvent) => void) {
    this.#native = native;
    this.#order = order;
    this.#life = new Lifetime(order, listener, () => this.#release());
    const fd = connectSocket(native, order, SOCK_STREAM, 0);
    if (typeof fd !== "number") {
      this.#life.failLater(fd);
      return;
    }
    this.#fd = fd;
    if (order.bindPort !== undefined) {
      // Zero seconds: closing resets the connection, and the port is free (socket(7)).
      const reset = concat(u32Bytes(1), u32Bytes(0));
      native.setsockopt(fd, SOL_SOCKET, SO_LINGER, reset);
    }
    const poll = native.pollOpen(fd, UV_WRITABLE, (events) => this.#ready(events));
    if (typeof poll === "number") this.#life.failLater(localFailure("wait for a socket", poll));
    else this.#poll = poll;
  }

  send(bytes: Uint8Array): void {
    if (!this.#life.open || !this.#connected) return;
    if (this.#secured !== undefined) {
      this.#secured.send(bytes);
      return;
    }
    const waits = this.#unsent.length > 0;
    this.#unsent = concat(this.#unsent, bytes);
    if (!waits) this.#drain();
  }

  close(): void {
    this.#life.end();
  }

  #ready(events: number): void {
    if (!this.#life.open) return;
    if (!this.#connected) this.#finishConnect();
    else if (events < 0 || (events & UV_READABLE) !== 0) this.#read();
    if (events > 0 && this.#life.open && this.#unsent.length > 0) this.#drain();
  }

  #finishConnect(): void {
    const error = this.#native.getsockopt(this.#fd, SOL_SOCKET, SO_ERROR);
    if (error !== 0) {
      const result = error > 0 ? -error : error;
      this.#life.fail(failureOf(`connect to ${describeTarget(this.#order)}`, result));
      return;
    }
    if (this.#order.tls !== undefined) {
      this.#handOver(this.#order.tls);
      return;
    }
    this.#connected = true;
    this.#native.pollChange(this.#poll!, UV_READABLE);
    this.#life.connected();
  }

  /** The descriptor is TLS's from now on, which closes it. */
  #handOver(options: NonNullable<TcpOrder["tls"]>): void {
    this.#native.pollClose(this.#poll!);
    this.#poll = undefined;
    const fd = this.#fd;
    this.#fd = -1;
    this.#secured = secure(fd, options, this.#life, () => {
      this.#connected = true;
    });
  }

  #read(): void {
    for (let reads = 0; reads < READS_MAX && this.#life.open; reads++) {
      const length = this.#native.recvfrom(this.#fd, ROOM, 0, undefined);
      if (length > 0) {
        this.#life.data(ROOM.slice(0, length));
      } else if (length === 0) {
        this.#life.closed();
      } else {
        if (length !== -errno.EAGAIN) this.#life.fail(this.#broken(length));
        return;
      }
    }
  }

  #drain(): void {
    const sent = this.#native.sendto(this.#fd, this.#unsent, MSG_NOSIGNAL, undefined);
    if (sent < 0 && sent !== -errno.EAGAIN) {
      // Told later: whoever has just called send() is not prepared to hear of its end.
      this.#life.failLater(this.#broken(sent));
      return;
    }
    this.#unsent = this.#unsent.slice(Math.max(sent, 0));
    const events = this.#unsent.length > 0 ? UV_READABLE | UV_WRITABLE : UV_READABLE;
    this.#native.pollChange(this.#poll!, events);
  }

  #broken(result: number) {
    return failureOf(`speak with ${describeTarget(this.#order)}`, result);
  }

  #release(): void {
    if (this.#poll !== undefined) this.#native.pollClose(this.#poll);
    this.#poll = undefined;
    if (this.#fd >= 0) this.#native.close(this.#fd);
    this.#fd = -1;
    this.#secured?.destroy();
  }
}
