import type { Fault } from "../../base/fault.ts";
import type { ElectionGround, HeldAddress } from "../../kernel/election-ground.ts";

/** The kernel counts lifetimes in whole seconds, so that prolonging them more often is in vain. */
const PROLONG_INTERVAL = 250_000;
const SECOND = 1_000_000;
/** So much sooner may the kernel take an address away (ADDRCONF_TIMER_FUZZ of <net/addrconf.h>). */
const EXPIRY_EARLINESS = 250_000;

/**
 * What a master holds: the lease of its slot in the data path, and its addresses for as long. The
 * lease ends first and the addresses go after, so that nothing is answered in between.
 */
export class Hold {
  readonly #ground: ElectionGround;
  readonly #slot: number;
  #addresses: readonly HeldAddress[];
  #until = 0;
  #holding = false;
  #prolonged = Number.NEGATIVE_INFINITY;
  /** Until when the kernel has the addresses at least, unless somebody takes them away. */
  #lasting = 0;

  constructor(ground: ElectionGround, slot: number, addresses: readonly HeldAddress[]) {
    this.#ground = ground;
    this.#slot = slot;
    this.#addresses = addresses;
  }

  get holding(): boolean {
    return this.#holding;
  }

  /** An advertisement was sent at `at` that pays for `lease` microseconds. */
  renew(at: number, lease: number): Fault[] {
    // Stopped before it could send: others may hold by now. The machine sees that it has lapsed.
    if (this.#holding && this.#ground.now() >= this.#until) return [];
    this.#until = at + lease;
    return this.#holding ? this.#write(lease) : [];
  }

  /** An earlier daemon left this lease in force: take() goes on with it. */
  resume(until: number): void {
    this.#until = until;
  }

  /** The lease that the last advertisement paid for begins to count. */
  take(): Fault[] {
    this.#holding = true;
    this.#prolonged = Number.NEGATIVE_INFINITY;
    return this.#write(this.#until - this.#ground.now());
  }

  /** Other addresses from now on. Those that were held and no longer are go at once. */
  change(addresses: readonly HeldAddress[]): Fault[] {
    const kept = new Set(addresses.map(nameOf));
    const gone = this.#addresses.filter((address) => !kept.has(nameOf(address)));
    this.#addresses = addresses;
    this.#prolonged = Number.NEGATIVE_INFINITY;
    const faults = faultsOf(gone.map((address) => this.#ground.addresses.release(address)));
    return this.#holding ? [...faults, ...this.#write(this.#until - this.#ground.now())] : faults;
  }

  /** Also where nothing is held: an earlier daemon may have left something behind. */
  release(): Fault[] {
    this.#holding = false;
    this.#until = 0;
    this.#ground.leases.write(this.#slot, 0);
    return faultsOf(this.#addresses.map((address) => this.#ground.addresses.release(address)));
  }

  #write(lease: number): Fault[] {
    const now = this.#ground.now();
    if (this.#until <= now) return [];
    this.#ground.leases.write(this.#slot, this.#until);
    const soon = now - this.#prolonged < PROLONG_INTERVAL;
    if (soon && this.#until <= this.#lasting) return [];
    this.#prolonged = now;
    const seconds = Math.ceil((lease + PROLONG_INTERVAL + EXPIRY_EARLINESS) / SECOND);
    this.#lasting = now + seconds * SECOND - EXPIRY_EARLINESS;
    return faultsOf(
      this.#addresses.map((address) => this.#ground.addresses.hold(address, seconds)),
    );
  }
}

function nameOf({ link, address, prefix }: HeldAddress): string {
  return `${link} ${address}/${prefix}`;
}

function faultsOf(results: readonly { ok: boolean; fault?: Fault }[]): Fault[] {
  return results.flatMap((result) => result.fault ?? []);
}
