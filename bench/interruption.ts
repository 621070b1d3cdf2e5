import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A signal that ends the bench is taken note of: it then tidies up and leaves by itself. */
export class Interruption {
  readonly #controller = new AbortController();
  #signal: (typeof SIGNALS)[number] | undefined;

  constructor() {
    for (const signal of SIGNALS) {
      process.on(signal, () => {
        this.#signal ??= signal;
        this.#controller.abort();
      });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** 128 and the number of the signal, as shells have it; undefined where none came. */
  get exitCode(): number | undefined {
    return this.#signal && 128 + constants.signals[this.#signal];
  }
}
