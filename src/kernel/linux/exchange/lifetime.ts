import type { ExchangeEvent, ExchangeTarget } from "../../exchange.ts";
import type { Failure } from "./failure.ts";

const RECEIVE_MAX = 1024 * 1024;

/**
 * What all exchanges share: the listener, who hears nothing after the end; the time until
 * "connected"; the bytes that may come.
 */
export class Lifetime {
  readonly #listener: (event: ExchangeEvent) => void;
  readonly #release: () => void;
  readonly #timer: NodeJS.Timeout;
  #left: number;
  #open = true;

  /** `release` gives the sockets back; it is called once, at the end. */
  constructor(
    target: ExchangeTarget,
    listener: (event: ExchangeEvent) => void,
    release: () => void,
  ) {
    this.#listener = listener;
    this.#release = release;
    this.#left = target.receiveMax ?? RECEIVE_MAX;
    const message = `No connection to ${describeTarget(target)} in time`;
    this.#timer = setTimeout(
      () => this.fail({ code: "TIMED_OUT", message }),
      Math.ceil(target.timeout / 1000),
    );
  }

  get open(): boolean {
    return this.#open;
  }

  connected(): void {
    if (!this.#open) return;
    clearTimeout(this.#timer);
    this.#listener({ kind: "connected" });
  }

  /** `bytes` become the listener's own. */
  data(bytes: Uint8Array): void {
    if (!this.#open) return;
    this.#left -= bytes.length;
    if (this.#left >= 0) this.#listener({ kind: "data", bytes });
    else this.fail({ code: "TOO_LONG", message: "The answer is longer than it may be" });
  }

  closed(): void {
    this.#finish({ kind: "closed" });
  }

  fail({ code, message }: Failure): void {
    this.#finish({ kind: "failed", code, message });
  }

  /** For a failure while opening, which the listener hears of later. */
  failLater(failure: Failure): void {
    queueMicrotask(() => this.fail(failure));
  }

  end(): void {
    if (!this.#open) return;
    this.#open = false;
    clearTimeout(this.#timer);
    this.#release();
  }

  #finish(event: ExchangeEvent): void {
    if (!this.#open) return;
    this.end();
    this.#listener(event);
  }
}

/** "192.168.150.11 port 80", "2001:db8::11". */
export function describeTarget({ address, port }: ExchangeTarget): string {
  return port === 0 ? address : `${address} port ${port}`;
}
