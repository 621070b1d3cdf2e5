import type { Fault } from "../base/fault.ts";
import type { View } from "../datapath/tables.ts";
import type { HostRouting } from "../kernel/kernel.ts";

/**
 * Sees to it, while there are servers of NAT, that the host routes on those of their answers that
 * the data path hands up: the first to a client whose MAC address nobody knows yet.
 */
export class NatReplies {
  readonly #view: View;
  readonly #routing: HostRouting;
  readonly #admitted = new Set<string>();

  constructor(view: View, routing: HostRouting) {
    this.#view = view;
    this.#routing = routing;
  }

  /** The faults of interfaces that were not seen to yet; each is told once. */
  turn(interfaces: () => readonly string[]): Fault[] {
    if (this.#view.control.get(0, "nat") === 0) return [];
    const faults: Fault[] = [];
    for (const name of interfaces()) {
      if (this.#admitted.has(name)) continue;
      this.#admitted.add(name);
      const admitted = this.#routing.admitReplies(name);
      if (!admitted.ok) faults.push(admitted.fault);
    }
    return faults;
  }
}
