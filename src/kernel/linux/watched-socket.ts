import { assert } from "../../base/assert.ts";
import type { Addon, Poll } from "./addon.ts";

const UV_READABLE = 1;

/** Calls back whenever a socket has something to read, or an error, until it is closed. */
export class WatchedSocket {
  readonly fd: number;
  readonly #native: Addon;
  readonly #readable: () => void;
  #poll: Poll | undefined;
  #open = true;

  constructor(native: Addon, fd: number, readable: () => void) {
    this.#native = native;
    this.fd = fd;
    this.#readable = readable;
    this.#watch();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#poll !== undefined) this.#native.pollClose(this.#poll);
    this.#poll = undefined;
    this.#native.close(this.fd);
  }

  #watch(): void {
    if (this.#poll !== undefined) this.#native.pollClose(this.#poll);
    const poll = this.#native.pollOpen(this.fd, UV_READABLE, (events) => this.#ready(events));
    assert(typeof poll !== "number", "a socket that can be polled", poll);
    this.#poll = poll;
  }

  /** After an error libuv has stopped to poll (uv__poll_io of poll.c); whoever reads takes it. */
  #ready(events: number): void {
    if (!this.#open) return;
    this.#readable();
    if (events < 0 && this.#open) this.#watch();
  }
}
