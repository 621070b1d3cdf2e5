import { assert } from "../base/assert.ts";
import { LEASED_PROBES, LEASED_SLOTS, LEASES } from "../datapath/constants.ts";
import { leasedHome } from "../datapath/lease.ts";
import type { View } from "../datapath/tables.ts";
import { readWords } from "../datapath/tuple.ts";
import { mappedBytes } from "../wire/address.ts";

/** A VRRP instance on its interface, with all the addresses that it holds or not. */
export interface LeaseOrder {
  /** Undefined while the host has no such interface. */
  readonly ifindex: number | undefined;
  /** VRID, from 1. */
  readonly router: number;
  readonly family: 4 | 6;
  readonly addresses: readonly string[];
}

interface Leased {
  readonly bytes: Uint8Array;
  readonly slot: number;
}

/** By the text of their bytes. */
type LeasedAddresses = Map<string, Leased>;

/** Nobody writes this slot's lease: the addresses of instances that cannot hold are silent. */
const SILENT = LEASES - 1;

/**
 * Enters what is elected in the tables of the data path: from now on packets of these addresses are
 * taken only while the lease of their instance lasts. The slots come back in the order of the
 * instances; who has one keeps it, over a restart of the daemon too, and so its lease. A new one
 * has none. Undefined for instances that there is no room for, or no interface.
 *
 * An instance that is gone from the order may hold until its election has heard of it, which ends
 * its lease. Until then, or until the lease has passed by itself, its addresses and its slot stay
 * as they are. `now` in ns.
 *
 * The other set of addresses is written and then taken by one store, as with marks.
 */
export function syncLeases(
  view: View,
  instances: readonly LeaseOrder[],
  now: bigint,
): (number | undefined)[] {
  const slots = instances.map((order, i) => {
    if (order.ifindex === undefined) return undefined;
    const twin = instances.findIndex((other) => isSame(other, order));
    return twin < i ? undefined : (slotOf(view, order) ?? takeSlot(view, order));
  });
  const written = writeAddresses(view, wantedAddresses(view, instances, slots, now));
  for (let slot = 1; slot < SILENT; slot++) {
    if (!slots.includes(slot) && !isHeld(view, slot, now)) freeSlot(view, slot);
  }
  return slots.map((slot) => (written ? slot : undefined));
}

/** Later ones go before: what is leaving, what cannot be held, and then what is elected. */
function wantedAddresses(
  view: View,
  instances: readonly LeaseOrder[],
  slots: readonly (number | undefined)[],
  now: bigint,
): LeasedAddresses {
  const wanted: LeasedAddresses = new Map();
  for (const [key, leased] of readAddresses(view)) {
    if (!slots.includes(leased.slot) && isHeld(view, leased.slot, now)) wanted.set(key, leased);
  }
  const enter = (addresses: readonly string[], slot: number) => {
    for (const bytes of addresses.map(mappedBytes)) wanted.set(String(bytes), { bytes, slot });
  };
  for (const [i, { addresses }] of instances.entries()) {
    if (slots[i] === undefined) enter(addresses, SILENT);
  }
  for (const [i, { addresses }] of instances.entries()) {
    if (slots[i] !== undefined) enter(addresses, slots[i]);
  }
  return wanted;
}

function isHeld(view: View, slot: number, now: bigint): boolean {
  return view.leases.getWord(slot, "until") > now;
}

function isSame(a: LeaseOrder, b: LeaseOrder): boolean {
  return a.ifindex === b.ifindex && a.router === b.router && a.family === b.family;
}

function slotOf(view: View, order: LeaseOrder): number | undefined {
  for (let slot = 1; slot < SILENT; slot++) if (isSame(readSlot(view, slot), order)) return slot;
  return undefined;
}

/**
 * A slot that nobody has. One whose instance goes with this very order is not free yet: its
 * election still writes it.
 */
function takeSlot(view: View, order: LeaseOrder): number | undefined {
  for (let slot = 1; slot < SILENT; slot++) {
    if (view.leases.get(slot, "router") !== 0) continue;
    view.leases.setWord(slot, "until", 0n);
    view.leases.set(slot, "ifindex", order.ifindex!);
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
function writeAddresses(view: View, wanted: LeasedAddresses): boolean {
  if (sameAddresses(readAddresses(view), wanted)) return true;
  if (wanted.size === 0) {
    view.control.set(0, "elections", 0);
    return true;
  }
  if (wanted.size > LEASED_SLOTS / 2) return false;
  const set = view.control.get(0, "elections") === 1 ? 2 : 1;
  const first = (set - 1) * LEASED_SLOTS;
  for (let i = 0; i < LEASED_SLOTS; i++) view.leasedAddresses.record(first + i).fill(0);
  for (const { bytes, slot } of wanted.values()) {
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

/** Those of the set that holds. */
function readAddresses(view: View): LeasedAddresses {
  const found: LeasedAddresses = new Map();
  const set = view.control.get(0, "elections");
  if (set === 0) return found;
  const first = (set - 1) * LEASED_SLOTS;
  for (let i = 0; i < LEASED_SLOTS; i++) {
    const slot = view.leasedAddresses.get(first + i, "slot");
    if (slot === 0) continue;
    const bytes = view.leasedAddresses.bytes(first + i, "address").slice();
    found.set(String(bytes), { bytes, slot });
  }
  return found;
}

function sameAddresses(there: LeasedAddresses, wanted: LeasedAddresses): boolean {
  return (
    there.size === wanted.size &&
    [...wanted].every(([key, { slot }]) => there.get(key)?.slot === slot)
  );
}
