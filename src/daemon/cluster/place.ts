import type { InstanceSettings, VirtualAddress } from "../../cluster/settings.ts";
import type { HeldAddress } from "../../kernel/election-ground.ts";
import type { Link, NetworkState } from "../../kernel/kernel.ts";
import { familyOf } from "../../wire/address.ts";
import type { ElectionInstance, Placed } from "../election/order.ts";

/** The index of an instance's lease in the tables of the data path, if there was room for one. */
export type SlotOf = (link: number, settings: InstanceSettings) => number | undefined;

/** The instances with what the host says of their interfaces now. */
export function placeInstances(
  instances: readonly InstanceSettings[],
  network: NetworkState,
  slotOf: SlotOf,
): ElectionInstance[] {
  const virtual = new Set(
    instances.flatMap(({ addresses, excluded }) =>
      [...addresses, ...excluded].map(({ address }) => address),
    ),
  );
  return instances.map((settings) => placeInstance(settings, network, virtual, slotOf));
}

function placeInstance(
  settings: InstanceSettings,
  network: NetworkState,
  virtual: ReadonlySet<string>,
  slotOf: SlotOf,
): ElectionInstance {
  const link = linkNamed(network, settings.interface);
  if (link === undefined)
    return unplaced(settings, `there is no interface "${settings.interface}"`);
  if (!link.up && !settings.ignoresOwnInterface) {
    return unplaced(settings, `interface "${link.name}" is down`);
  }
  const source = settings.source ?? ownAddress(network, link, settings.family, virtual);
  if (source === undefined) {
    const kind = settings.family === 4 ? "IPv4" : "link-local IPv6";
    return unplaced(settings, `interface "${link.name}" has no ${kind} address to send from`);
  }
  const held: Placed["held"][number][] = [];
  for (const address of [...settings.addresses, ...settings.excluded]) {
    const on = address.device === undefined ? link : linkNamed(network, address.device);
    if (on === undefined) {
      const because = `there is no interface "${address.device}" for ${address.address}`;
      return unplaced(settings, because);
    }
    held.push({ ...heldAddress(address, on.index), mac: on.mac });
  }
  const slot = slotOf(link.index, settings);
  if (slot === undefined) {
    const because = `router ${settings.router} is there twice, or there are too many addresses`;
    return unplaced(settings, because);
  }
  return { settings, ground: { link: link.index, slot, mac: link.mac, source, held } };
}

function unplaced(settings: InstanceSettings, because: string): ElectionInstance {
  return { settings, because };
}

function linkNamed(network: NetworkState, name: string): Link | undefined {
  return [...network.links.values()].find((link) => link.name === name);
}

/** RFC 9568 section 5.1.1.1: the primary address, for IPv6 the link-local one (5.1.2.1). */
function ownAddress(
  network: NetworkState,
  link: Link,
  family: 4 | 6,
  virtual: ReadonlySet<string>,
): string | undefined {
  return network.addresses.find(
    (entry) =>
      entry.link === link.index &&
      entry.family === family &&
      !virtual.has(entry.address) &&
      (family === 4 || isLinkLocal(entry.address)),
  )?.address;
}

/** fe80::/10 (RFC 4291 section 2.5.6) */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab]/i.test(address);
}

function heldAddress(virtual: VirtualAddress, link: number): HeldAddress {
  const { address, prefix, label, scope, broadcast } = virtual;
  return {
    link,
    family: familyOf(address)!,
    address,
    prefix,
    ...(label === undefined ? {} : { label }),
    ...(scope === undefined ? {} : { scope }),
    ...(broadcast === undefined ? {} : { broadcast }),
  };
}
