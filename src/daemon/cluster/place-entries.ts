import type { VirtualAddress, VirtualRoute } from "../../cluster/settings.ts";
import type { HostAddress, HostRoute } from "../../kernel/host-entries.ts";
import type { NetworkState } from "../../kernel/kernel.ts";
import { familyOf } from "../../wire/address.ts";
import { maskAddress } from "../../wire/network.ts";

const RT_TABLE_MAIN = 254;
const RTN_UNICAST = 1;
const RTN_BLACKHOLE = 6;

/** A route or an address that the host is to have. */
export type Entry =
  | { readonly kind: "route"; readonly route: HostRoute; readonly untracked: boolean }
  | { readonly kind: "address"; readonly address: HostAddress; readonly untracked: boolean };

/** The entry, or why there is none: a sentence. */
export type PlacedEntry = Entry | { readonly kind: "none"; readonly because: string };

/** A route of the configuration on this host. */
export function placeRoute(settings: VirtualRoute, network: NetworkState): PlacedEntry {
  const { destination, gateway, source, device, metric, scope, table = RT_TABLE_MAIN } = settings;
  const { blackhole = false, untracked = false } = settings;
  const link = device === undefined ? undefined : linkNamed(network, device);
  if (device !== undefined && link === undefined) {
    return none(`There is no interface "${device}" for the route to ${destination}`);
  }
  const [address, prefix] = destination.split("/");
  const route: HostRoute = {
    family: familyOf(address!)!,
    // The kernel refuses bits beyond the prefix.
    destination: `${maskAddress(address!, Number(prefix))}/${prefix}`,
    table,
    blackhole,
    ...(gateway === undefined ? {} : { gateway }),
    ...(source === undefined ? {} : { source }),
    ...(link === undefined || blackhole ? {} : { link }),
    ...(metric === undefined ? {} : { metric }),
    ...(scope === undefined ? {} : { scope }),
  };
  return { kind: "route", route, untracked };
}

/** An address of the configuration on this host. */
export function placeAddress(
  settings: VirtualAddress & { readonly device: string },
  network: NetworkState,
): PlacedEntry {
  const { device, untracked = false, ...rest } = settings;
  const link = linkNamed(network, device);
  if (link === undefined) {
    return none(`There is no interface "${device}" for the address ${rest.address}`);
  }
  const address = { ...rest, family: familyOf(rest.address)!, link };
  return { kind: "address", address, untracked };
}

/** Whether the host has it, as far as is known. */
export function isThere(entry: Entry, { routes, addresses }: NetworkState): boolean {
  if (entry.kind === "address") {
    const { address, prefix, link } = entry.address;
    return addresses.some(
      (each) => each.address === address && each.prefix === prefix && each.link === link,
    );
  }
  const { destination, table, gateway, link, source, metric, blackhole } = entry.route;
  return routes.some(
    (each) =>
      each.destination === destination &&
      each.table === table &&
      each.type === (blackhole ? RTN_BLACKHOLE : RTN_UNICAST) &&
      each.gateway === gateway &&
      (link === undefined || each.link === link) &&
      (source === undefined || each.source === source) &&
      (metric === undefined || each.metric === metric),
  );
}

/** "The route to 10.0.0.0/8" */
export function describeEntry(entry: Entry): string {
  if (entry.kind === "route") return `The route to ${entry.route.destination}`;
  return `The address ${entry.address.address}/${entry.address.prefix}`;
}

function none(because: string): PlacedEntry {
  return { kind: "none", because };
}

function linkNamed(network: NetworkState, name: string): number | undefined {
  return [...network.links.values()].find((link) => link.name === name)?.index;
}
