import { assert } from "../base/assert.ts";
import { LEASED_PROBES, LEASED_SLOTS, LEASES } from "../datapath/constants.ts";
import { leasedHome } from "../datapath/lease.ts";
import type { View } from "../datapath/tables.ts";
import { readWords } from "../datapath/tuple.ts";
import { mappedBytes } from "../wire/address.ts";

/** A VRRP instance on its interface, with all the addresses that it holds or not. */
export interface LeaseOrder {
  readonly ifindex: number;
  /** VRID, from 1. */
  readonly router: number;
  readonly family: 4 | 6;
  readonly addresses: readonly string[];
}

/**
 * Enters what is elected in the tables of the data path: from now on packets of these addresses are
 * taken only while the lease of their instance lasts. The slots come back in the order of the
 * instances; who has one keeps it, over a restart of the daemon too, and so its lease. A new one
 * has none. Undefined for instances that there is no room for.
 *
 * The other set of addresses is written and then taken by one store, as with marks.
 */
export function syncLeases(view: View, instances: readonly LeaseOrder[]): (number | undefined)[] {
  const slots = instances.map((order, i) => {
    const twin = instances.findIndex((other) => isSame(other, order));
    return twin < i ? undefined : (slotOf(view, order) ?? takeSlot(view, order, instances));
  });
  const wanted = new Map<string, number>();
  for (const [i, { addresses }] of instances.entries()) {
    const slot = slots[i];
    if (slot === undefined) continue;
    for (const address of addresses) wanted.set(address, slot);
  }
  const written = writeAddresses(view, wanted);
  for (let slot = 1; slot < LEASES; slot++) {
    if (!slots.includes(slot)) freeSlot(view, slot);
  }
  return slots.map((slot) => (written ? slot : undefined));
}

function isSame(a: LeaseOrder, b: LeaseOrder): boolean {
  return a.ifindex === b.ifindex && a.router === b.router && a.family === b.family;
}

function slotOf(view: View, order: LeaseOrder): number | undefined {
  for (let slot = 1; slot < LEASES; slot++) if (isSame(readSlot(view, slot), order)) return slot;
  return undefined;
}

function takeSlot(
  view: View,
  order: LeaseOrder,
  instances: readonly LeaseOrder[],
): number | undefined {
  for (let slot = 1; slot < LEASES; slot++) {
    const there = readSlot(view, slot);
    if (there.router !== 0 && instances.some((other) => isSame(other, there))) continue;
    view.leases.setWord(slot, "until", 0n);
    view.leases.set(slot, "ifindex", order.ifindex);
    view.leases.set(slot, "router", order.router);
    view.leases.set(slot, "family", order.family);
    return slot;
  }
  return undefined;
}

function readSlot({ leases }: View, slot: number): LeaseOrder {
  return {
    ifindex: leases.get(slot, "ifindex"),
    router: leases.get(slot, "router"),
    family: leases.get(slot, "family") === 6 ? 6 : 4,
    addresses: [],
  };
}

function freeSlot(view: View, slot: number): void {
  if (view.leases.get(slot, "router") !== 0) view.leases.record(slot).fill(0);
}

/** False when there is no room: then nothing has changed. */
function writeAddresses(view: View, wanted: ReadonlyMap<string, number>): boolean {
  const before = view.control.get(0, "elections");
  if (sameAddresses(readAddresses(view, before), wanted)) return true;
  if (wanted.size === 0) {
    view.control.set(0, "elections", 0);
    return true;
  }
  if (wanted.size > LEASED_SLOTS / 2) return false;
  const set = before === 1 ? 2 : 1;
  const first = (set - 1) * LEASED_SLOTS;
  for (let i = 0; i < LEASED_SLOTS; i++) view.leasedAddresses.record(first + i).fill(0);
  for (const [address, slot] of wanted) {
    const bytes = mappedBytes(address);
    const at = freePlace(view, first, bytes);
    if (at === undefined) return false;
    view.leasedAddresses.bytes(at, "address").set(bytes);
    view.leasedAddresses.set(at, "slot", slot);
  }
  view.control.set(0, "elections", set);
  return true;
}

function freePlace(view: View, first: number, address: Uint8Array): number | undefined {
  assert(address.length === 16, "a mapped address", address);
  const data = new DataView(address.buffer, address.byteOffset, address.byteLength);
  const home = leasedHome(view, readWords(data, 0));
  for (let i = 0; i < LEASED_PROBES; i++) {
    const at = first + ((home + i) % LEASED_SLOTS);
    if (view.leasedAddresses.get(at, "slot") === 0) return at;
  }
  return undefined;
}

/** By the hexadecimal digits of their bytes. */
function readAddresses(view: View, set: number): Map<string, number> {
  const found = new Map<string, number>();
  if (set === 0) return found;
  const first = (set - 1) * LEASED_SLOTS;
  for (let i = 0; i < LEASED_SLOTS; i++) {
    const slot = view.leasedAddresses.get(first + i, "slot");
    if (slot !== 0) found.set(String(view.leasedAddresses.bytes(first + i, "address")), slot);
  }
  return found;
}

function sameAddresses(
  there: ReadonlyMap<string, number>,
  wanted: ReadonlyMap<string, number>,
): boolean {
  return (
    there.size === wanted.size &&
    [...wanted].every(([address, slot]) => there.get(String(mappedBytes(address))) === slot)
  );
}
