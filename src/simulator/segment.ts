import type { Random } from "../base/random.ts";
import { ETHERNET_AT } from "../wire/ethernet.ts";
import { formatMac, isGroupMac, MAC_BYTES } from "../wire/mac.ts";
import type { Clock } from "./clock.ts";
import type { Passage } from "./entry.ts";

/** How a segment treats frames. Times in microseconds, the rest are probabilities. */
export interface Quality {
  readonly delay: number;
  /** Up to so much more, for each frame anew. */
  readonly jitter: number;
  /** Whether frames of one host may overtake each other by that. */
  readonly reorders: boolean;
  readonly loss: number;
  readonly duplication: number;
}

/** A host's interface on a segment. */
export interface Port {
  readonly host: string;
  readonly mac: string;
  /** Its own, not virtual ones. */
  readonly addresses: readonly string[];
  up: boolean;
  /** A frame for its address or for a group. */
  deliver(bytes: Uint8Array): void;
}

/** An Ethernet switch that knows where every address is, and the cables to it. */
export class Segment {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ports: Port[] = [];
  /** "FROM TO": when the last frame arrives that is on its way. */
  readonly #latest = new Map<string, number>();
  /** "FROM TO": nothing goes this way, by how many reasons. */
  readonly #cuts = new Map<string, number>();
  quality: Quality;

  constructor(clock: Clock, random: Random, quality: Quality) {
    this.#clock = clock;
    this.#random = random;
    this.quality = quality;
  }

  attach(port: Port): void {
    this.#ports.push(port);
  }

  /** Where an address is, as a neighbour table would know it. */
  macOf(address: string): string | undefined {
    return this.#portOf(address)?.mac;
  }

  /** Whose own address this is. */
  hostOf(address: string): string | undefined {
    return this.#portOf(address)?.host;
  }

  /** Nothing of `from` reaches `to` until it is mended as often as it was cut. */
  cut(from: string, to: string): void {
    const way = `${from} ${to}`;
    this.#cuts.set(way, (this.#cuts.get(way) ?? 0) + 1);
  }

  mend(from: string, to: string): void {
    const way = `${from} ${to}`;
    this.#cuts.set(way, (this.#cuts.get(way) ?? 0) - 1);
  }

  isCut(from: string, to: string): boolean {
    return (this.#cuts.get(`${from} ${to}`) ?? 0) > 0;
  }

  /** Sends a frame on its way. Says what becomes of it, as long as no link goes down meanwhile. */
  transmit(from: Port, bytes: Uint8Array): Passage[] {
    const destination = bytes.subarray(ETHERNET_AT.destination, MAC_BYTES);
    const group = isGroupMac(destination);
    const mac = formatMac(destination);
    return this.#ports
      .filter((port) => port !== from && (group || port.mac === mac))
      .map((port) => {
        const arrivals = this.#arrivals(from, port);
        for (const time of arrivals) {
          this.#clock.at(time, () => {
            if (port.up) port.deliver(bytes);
          });
        }
        return { to: port.host, arrivals };
      });
  }

  #portOf(address: string): Port | undefined {
    return this.#ports.find(({ addresses }) => addresses.includes(address));
  }

  #arrivals(from: Port, to: Port): number[] {
    if (!from.up || !to.up || this.isCut(from.host, to.host)) return [];
    const { loss, duplication } = this.quality;
    if (this.#random.chance(loss)) return [];
    const way = `${from.host} ${to.host}`;
    const first = this.#arrival(way);
    return this.#random.chance(duplication) ? [first, this.#arrival(way)] : [first];
  }

  #arrival(way: string): number {
    const { delay, jitter, reorders } = this.quality;
    const time = this.#clock.now + delay + (jitter === 0 ? 0 : this.#random.integer(jitter + 1));
    const arrival = reorders ? time : Math.max(time, (this.#latest.get(way) ?? 0) + 1);
    this.#latest.set(way, arrival);
    return arrival;
  }
}
