import { type Result, success } from "../../../base/fault.ts";
import { Random } from "../../../base/random.ts";
import type { Notice } from "../../../health/notice.ts";
import type { VirtualServerSettings } from "../../../health/settings.ts";
import type { ExchangeEvent, ExchangeOrder, Exchanges } from "../../../kernel/exchange.ts";
import type { ScriptEnd } from "../../../kernel/scripts.ts";
import { LocalHealth } from "../health.ts";

/** What a server in memory does; it is asked at each step, so that it may change in between. */
export type Behaviour =
  | { readonly kind: "refuse" }
  /** Our own host cannot open a socket to it. */
  | { readonly kind: "fail-here" }
  /** Nothing comes back, not even a connection. */
  | { readonly kind: "vanish" }
  /** A connection, and then what it makes of all that came so far: undefined says nothing. */
  | { readonly kind: "serve"; answer(sent: readonly Uint8Array[]): Answer | undefined };

export interface Answer {
  readonly bytes: Uint8Array;
  readonly closes?: boolean;
}

/** Virtual time in microseconds, a network in memory, and the health of servers on both. */
export class HealthGround {
  readonly health: LocalHealth;
  readonly notices: { readonly at: number; readonly notice: Notice }[] = [];
  /** By "address port". */
  readonly servers = new Map<string, Behaviour>();
  readonly opened: { readonly at: number; readonly order: ExchangeOrder }[] = [];
  script: () => ScriptEnd | "hang" = () => ({ kind: "exit", status: 0 });
  /** Exchanges that were opened and not closed. */
  open = 0;
  changes = 0;
  changed: () => void = () => {};
  #now = 0;
  #timers: { readonly at: number; readonly run: () => void }[] = [];
  #alarm: { readonly at: number; readonly run: () => void } | undefined;

  constructor(random = new Random(1)) {
    this.health = new LocalHealth({
      exchanges: this.#exchanges(),
      scripts: { run: (_, timeout = 0) => this.#run(timeout) },
      clock: {
        now: () => this.#now,
        wake: (at, run) => {
          this.#alarm = at === undefined ? undefined : { at, run };
        },
      },
      random,
      tell: (notice) => this.notices.push({ at: this.#now, notice }),
      changed: () => {
        this.changes++;
        this.changed();
      },
    });
  }

  get now(): number {
    return this.#now;
  }

  get lines(): readonly string[] {
    return this.notices.flatMap(({ notice }) => notice.fifoLine ?? []);
  }

  /** "ADDRESS WEIGHT" of each server that serves. */
  get serving(): readonly string[] {
    return this.health
      .served()
      .flatMap(({ servers }) => servers.map(({ address, weight }) => `${address} ${weight}`));
  }

  configure(...settings: readonly VirtualServerSettings[]): void {
    this.health.configure(settings);
  }

  serve(address: string, port: number, behaviour: Behaviour): void {
    this.servers.set(`${address} ${port}`, behaviour);
  }

  /** Lets time pass, all that is due in its order. Scripts end between two moments. */
  async runUntil(end: number): Promise<void> {
    for (;;) {
      await settle();
      const due = [...this.#timers, ...(this.#alarm === undefined ? [] : [this.#alarm])]
        .filter(({ at }) => at <= end)
        .sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      if (due === this.#alarm) this.#alarm = undefined;
      this.#timers = this.#timers.filter((timer) => timer !== due);
      this.#now = Math.max(this.#now, due.at);
      due.run();
    }
    this.#now = Math.max(this.#now, end);
  }

  #after(micros: number, run: () => void): void {
    this.#timers.push({ at: this.#now + micros, run });
  }

  #exchanges(): Exchanges {
    return {
      open: (order, listener) => {
        this.opened.push({ at: this.#now, order });
        this.open++;
        let isOpen = true;
        const sent: Uint8Array[] = [];
        const tell = (event: ExchangeEvent) => {
          this.#after(1, () => {
            if (isOpen) listener(event);
          });
        };
        const behaviour = () =>
          this.servers.get(`${order.address} ${order.port}`) ?? { kind: "refuse" };
        const answer = () => {
          const now = behaviour();
          const said = now.kind === "serve" ? now.answer(sent) : undefined;
          if (now.kind === "refuse") {
            tell({ kind: "failed", code: "REFUSED", message: "Connection refused" });
          }
          if (said === undefined) return;
          tell({ kind: "data", bytes: said.bytes });
          if (said.closes) tell({ kind: "closed" });
        };
        const { kind } = behaviour();
        if (kind === "fail-here") {
          tell({ kind: "failed", code: "LOCAL", message: "Too many open files" });
        } else if (order.kind === "tcp" && kind === "refuse") {
          tell({ kind: "failed", code: "REFUSED", message: "Connection refused" });
        } else if (order.kind === "tcp" && kind === "vanish") {
          this.#after(order.timeout, () => {
            const message = "Connection timed out";
            if (isOpen) listener({ kind: "failed", code: "TIMED_OUT", message });
          });
        } else {
          tell({ kind: "connected" });
          if (order.kind === "tcp") answer();
        }
        return {
          send: (bytes) => {
            sent.push(bytes);
            answer();
          },
          close: () => {
            if (isOpen) this.open--;
            isOpen = false;
          },
        };
      },
    };
  }

  #run(timeout: number) {
    return new Promise<Result<ScriptEnd>>((resolve) => {
      const end = this.script();
      if (end === "hang") this.#after(timeout, () => resolve(success({ kind: "timeout" })));
      else this.#after(1, () => resolve(success(end)));
    });
  }
}

/** A script's promise takes a few turns to be heard of. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await Promise.resolve();
}
