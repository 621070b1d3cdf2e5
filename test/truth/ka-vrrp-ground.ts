import type { Result } from "../../src/base/fault.ts";
import type {
  ElectionGround,
  HeldAddress,
  HeldAddresses,
  Leases,
  VrrpOrder,
  VrrpSocket,
} from "../../src/kernel/election-ground.ts";
import type { SimulatedGround } from "../../src/simulator/ground.ts";

/** One ground over the interfaces of a host, by their indices: the simulator has one for each. */
export class GroundOfMany implements ElectionGround {
  readonly #first: SimulatedGround;
  readonly #of: (link: number) => SimulatedGround;
  readonly addresses: HeldAddresses;
  readonly leases: Leases;

  constructor(links: ReadonlyMap<number, SimulatedGround>) {
    const [first] = links.values();
    this.#first = first!;
    this.#of = (link) => links.get(link)!;
    this.addresses = {
      hold: (address: HeldAddress, seconds: number) =>
        this.#of(address.link).addresses.hold(address, seconds),
      release: (address: HeldAddress) => this.#of(address.link).addresses.release(address),
    };
    this.leases = first!.leases;
  }

  now(): number {
    return this.#first.now();
  }

  wakeAt(at: number | undefined, wake: () => void): void {
    this.#first.wakeAt(at, wake);
  }

  openVrrp(order: VrrpOrder): Result<VrrpSocket> {
    return this.#of(order.link).openVrrp(order);
  }

  sendFrame(link: number, frame: Uint8Array): Result<void> {
    return this.#of(link).sendFrame(link, frame);
  }
}
