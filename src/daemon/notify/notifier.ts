import type { Logger } from "pino";
import { describeFault } from "../../base/fault.ts";
import type { Script } from "../../base/script.ts";
import type { Configuration, FifoSettings } from "../../config/configuration.ts";
import type { NotifyFifo, NotifyFifos } from "../../kernel/notify-fifo.ts";
import type { Scripts } from "../../kernel/scripts.ts";
import type { Mail, Notification } from "./notification.ts";

/** The ways that notifications take. */
export interface NotifyGround {
  readonly scripts: Scripts;
  readonly fifos: NotifyFifos;
  /** Never waits; what could not be sent is its own to report. */
  sendMail(mail: Mail): void;
  readonly log: Logger;
}

type FifoName = "all" | "vrrp" | "virtualServers";

/**
 * Carries notifications out. The scripts of one event are started in their order, and none waits
 * for another's end: a script that hangs keeps nobody.
 */
export class Notifier {
  readonly #ground: NotifyGround;
  readonly #fifos = new Map<FifoName, NotifyFifo>();
  #settings: Configuration["globals"]["fifos"] = {};

  constructor(ground: NotifyGround) {
    this.#ground = ground;
  }

  configure({ globals }: Configuration): void {
    for (const name of ["all", "vrrp", "virtualServers"] as const) {
      const before = this.#settings[name];
      const now = globals.fifos[name];
      if (before?.path === now?.path) continue;
      this.#fifos.get(name)?.close();
      this.#fifos.delete(name);
      if (now !== undefined) this.#open(name, now);
    }
    this.#settings = globals.fifos;
  }

  notify({ scripts, fifo, mail }: Notification): void {
    for (const script of scripts) void this.#run(script);
    if (fifo !== undefined) {
      this.#fifos.get("all")?.write(fifo.line);
      this.#fifos.get(fifo.of)?.write(fifo.line);
    }
    if (mail !== undefined) this.#ground.sendMail(mail);
  }

  close(): void {
    for (const fifo of this.#fifos.values()) fifo.close();
    this.#fifos.clear();
  }

  #open(name: FifoName, { path, script }: FifoSettings): void {
    const opened = this.#ground.fifos.open(path);
    if (!opened.ok) {
      this.#ground.log.error({ code: opened.fault.code }, describeFault(opened.fault));
      return;
    }
    this.#fifos.set(name, opened.value);
    if (script !== undefined) void this.#read(opened.value, path, script);
  }

  /**
   * It reads for as long as it likes, with the FIFO's path as its last argument. Like keepalived,
   * nobody starts it again: who reads lines of a FIFO is meant to go on until its end.
   */
  async #read(fifo: NotifyFifo, path: string, script: Script): Promise<void> {
    const reader = { ...script, words: [...script.words, path] };
    await this.#run(reader, Number.POSITIVE_INFINITY);
    if (![...this.#fifos.values()].includes(fifo)) return;
    this.#ground.log.warn(`Nobody reads the FIFO ${path}: ${script.words[0]} has ended`);
  }

  async #run(script: Script, timeout?: number): Promise<void> {
    const { scripts, log } = this.#ground;
    const ended = await scripts.run(script, timeout);
    const name = script.words[0];
    if (!ended.ok) log.warn({ code: ended.fault.code }, describeFault(ended.fault));
    else if (ended.value.kind === "timeout") log.warn(`Script ${name} had its time and was ended`);
    else if (ended.value.kind === "signal") {
      log.warn(`Script ${name} was ended by ${ended.value.signal}`);
    } else if (ended.value.status !== 0) {
      log.warn(`Script ${name} ended with status ${ended.value.status}`);
    }
  }
}
