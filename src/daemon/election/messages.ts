import { advertisementOf } from "../../cluster/advertise.ts";
import type { Input } from "../../cluster/input.ts";
import { receive } from "../../cluster/receive.ts";
import type { InstanceSettings } from "../../cluster/settings.ts";
import type { ElectionGround, VrrpSocket } from "../../kernel/election-ground.ts";
import type { Counts } from "./counts.ts";
import type { Placed } from "./order.ts";

/** Messages of one socket that are taken in a row, so that a flood keeps no deadline waiting. */
const MESSAGES_AT_ONCE = 64;

/** Senders at most whose oddities are remembered. */
const NOTED_MAX = 16;

type Heard = Extract<Input, { kind: "advertisement" }>;

/** What messages need of the instance that they are of. */
export interface Correspondent {
  readonly ground: ElectionGround;
  readonly counts: Counts;
  warn(message: string): void;
  /** Something has arrived: take it with receive(). */
  arrived(): void;
}

/** The socket of an instance: advertisements out, and those of others in. */
export class Messages {
  readonly #of: Correspondent;
  readonly #settings: InstanceSettings;
  readonly #source: string;
  readonly #socket: VrrpSocket;
  readonly #noted = new Map<string, string>();

  private constructor(
    of: Correspondent,
    settings: InstanceSettings,
    source: string,
    socket: VrrpSocket,
  ) {
    this.#of = of;
    this.#settings = settings;
    this.#source = source;
    this.#socket = socket;
  }

  /** The messages, or the reason why there is no socket. */
  static open(
    of: Correspondent,
    settings: InstanceSettings,
    { link, source }: Placed,
  ): Messages | string {
    const { family, group, peers, unicastTtl } = settings;
    const opened = of.ground.openVrrp({
      link,
      family,
      ...(peers.length > 0 ? {} : { group }),
      source,
      ttl: peers.length > 0 ? unicastTtl : 255,
      readable: () => of.arrived(),
    });
    if (!opened.ok) return opened.fault.message;
    return new Messages(of, settings, source, opened.value);
  }

  /**
   * Whether anybody was sent it. A peer that cannot be reached is no reason to let go while another
   * hears.
   */
  send(settings: InstanceSettings, priority: number): boolean {
    const { group, peers } = settings;
    const destinations = peers.length > 0 ? peers.map(({ address }) => address) : [group];
    const sent = destinations.filter((destination) => {
      const message = advertisementOf(settings, priority, { source: this.#source, destination });
      return this.#socket.send(destination, message).ok;
    });
    if (sent.length > 0) this.#of.counts.sent();
    return sent.length > 0;
  }

  /** Hands over what has arrived and may be heard; the rest is counted, and told of at times. */
  receive(settings: InstanceSettings, hear: (heard: Heard) => void): void {
    const { counts, ground, warn } = this.#of;
    for (let i = 0; i < MESSAGES_AT_ONCE; i++) {
      const arrived = this.#socket.receive();
      if (arrived === undefined) return;
      const received = receive(settings, this.#source, arrived);
      if (received === undefined) continue;
      counts.arrived(received.ok ? undefined : received.reason);
      if (!received.ok) {
        if (counts.mayTell(received.reason, ground.now())) warn(received.message);
        continue;
      }
      this.#note(arrived.source, received.notes);
      const { advertisement, sourceIsHigher } = received;
      hear({ kind: "advertisement", source: arrived.source, sourceIsHigher, advertisement });
    }
  }

  close(): void {
    this.#socket.close();
  }

  /** Whether other settings need another socket. */
  fits(settings: InstanceSettings): boolean {
    const of = ({ group, unicastTtl, peers }: InstanceSettings) => [group, unicastTtl, ...peers];
    return JSON.stringify(of(settings)) === JSON.stringify(of(this.#settings));
  }

  /** What is odd about a sender's messages is told once, until it changes. */
  #note(source: string, notes: readonly string[]): void {
    const text = notes.join("; ");
    if ((this.#noted.get(source) ?? "") === text) return;
    if (this.#noted.size >= NOTED_MAX) this.#noted.clear();
    this.#noted.set(source, text);
    for (const note of notes) this.#of.warn(note);
  }
}
