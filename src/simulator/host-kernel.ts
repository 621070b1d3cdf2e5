import type { Random } from "../base/random.ts";
import type { HeldAddress } from "../kernel/election-ground.ts";
import { parseFrame } from "../wire/frame.ts";
import type { Clock, Event } from "./clock.ts";
import type { Happening } from "./entry.ts";
import type { HostClock } from "./host-clock.ts";
import type { Port, Segment } from "./segment.ts";
import type { SimulatedSocket } from "./socket.ts";

const SECOND = 1_000_000;
/**
 * By how much the kernel takes an address away too late: of lifetimes of 2 s, IPv4 ended after
 * 2.03 s and IPv6 after 2.18 s at the latest.
 */
const EXPIRY_LATENESS = 200_000;

/**
 * The part of a host that goes on when its daemon dies: the tables of the data path, addresses with
 * lifetimes, and the interface.
 */
export class HostKernel {
  readonly clock: HostClock;
  readonly port: Port;
  readonly segment: Segment;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #note: (happening: Happening) => void;
  readonly #leases = new Map<number, number>();
  readonly #expiries = new Map<string, Event>();
  readonly #sockets = new Set<SimulatedSocket>();

  constructor(
    around: { clock: Clock; random: Random; segment: Segment },
    own: { clock: HostClock; host: string; mac: string; addresses: readonly string[] },
    note: (happening: Happening) => void,
  ) {
    this.#clock = around.clock;
    this.#random = around.random;
    this.segment = around.segment;
    this.clock = own.clock;
    this.#note = note;
    const { host, mac, addresses } = own;
    this.port = { host, mac, addresses, up: true, deliver: (frame) => this.#take(frame) };
    this.segment.attach(this.port);
  }

  now(): number {
    return this.clock.read(this.#clock.now);
  }

  writeLease(slot: number, until: number): void {
    this.#leases.set(slot, until);
    // 0 would be long before the clock's start.
    this.#note({ kind: "lease", slot, until: until === 0 ? 0 : this.clock.trueTime(until) });
  }

  readLease(slot: number): number {
    return this.#leases.get(slot) ?? 0;
  }

  hold({ address }: HeldAddress, seconds: number): void {
    const known = this.#expiries.get(address);
    this.#clock.cancel(known);
    const lifetime = seconds * SECOND + this.#random.integer(EXPIRY_LATENESS);
    const end = this.clock.trueTime(this.now() + lifetime);
    this.#expiries.set(
      address,
      this.#clock.at(end, () => this.release(address)),
    );
    if (known === undefined) this.#note({ kind: "address", address, held: true });
  }

  release(address: string): void {
    const known = this.#expiries.get(address);
    if (known === undefined) return;
    this.#clock.cancel(known);
    this.#expiries.delete(address);
    this.#note({ kind: "address", address, held: false });
  }

  setLink(up: boolean): void {
    this.port.up = up;
    this.#note({ kind: "link", up });
  }

  open(socket: SimulatedSocket): void {
    this.#sockets.add(socket);
  }

  close(socket: SimulatedSocket): void {
    this.#sockets.delete(socket);
  }

  closeAll(): void {
    this.#sockets.clear();
  }

  /** What becomes of a message of `source` in a socket. */
  tell(kind: "arrived" | "heard", source: string): void {
    const from = this.segment.hostOf(source);
    if (from !== undefined) this.#note({ kind, from });
  }

  /** The power fails: no table, no address and no socket outlives it. */
  lose(): void {
    this.closeAll();
    for (const slot of this.#leases.keys()) this.writeLease(slot, 0);
    for (const address of this.#expiries.keys()) this.release(address);
  }

  /** False where the interface is down. */
  transmit(bytes: Uint8Array): boolean {
    if (!this.port.up) return false;
    const passages = this.segment.transmit(this.port, bytes);
    this.#note({ kind: "frame", bytes, passages });
    return true;
  }

  #take(bytes: Uint8Array): void {
    const frame = parseFrame(bytes);
    if (!frame.ok || frame.value.ip === undefined) return;
    const { ip, protocol, transport } = frame.value;
    if (protocol === undefined || transport === undefined) return;
    for (const socket of this.#sockets) socket.offer(ip, protocol, transport);
  }
}
