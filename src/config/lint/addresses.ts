import type { VirtualAddress } from "../../cluster/settings.ts";
import { canonicalAddress, familyOf } from "../../wire/address.ts";
import { inNetwork, parseNetwork } from "../../wire/network.ts";
import type { Reporter } from "../findings/reporter.ts";
import type { Loaded } from "../load.ts";
import type { Statement, Word } from "../tree.ts";
import type { Host } from "./host.ts";
import { lastStatement, type PlacedInstance, placedInstances } from "./places.ts";

/** Interfaces that are not there, and addresses that do not belong where they go. */
export function lintAddresses(loaded: Loaded, host: Host, reporter: Reporter): void {
  for (const instance of placedInstances(loaded)) {
    const { settings, statement } = instance;
    const own = lastStatement(statement.block, "interface")?.arguments[0];
    if (own !== undefined) isThere(own, host, reporter);
    for (const tracked of linesOf(statement, "track_interface")) {
      isThere(tracked.keyword, host, reporter);
    }
    for (const line of linesOf(statement, "virtual_ipaddress")) {
      lintLine(line, instance, settings.addresses, host, reporter);
    }
    for (const line of linesOf(statement, "virtual_ipaddress_excluded")) {
      lintLine(line, instance, settings.excluded, host, reporter);
    }
  }
}

function lintLine(
  { keyword, arguments: words }: Statement,
  { settings }: PlacedInstance,
  addresses: readonly VirtualAddress[],
  host: Host,
  reporter: Reporter,
): void {
  const dev = words[words.findIndex(({ text }) => text === "dev") + 1];
  const device = words.some(({ text }) => text === "dev") ? dev : undefined;
  if (device !== undefined && !isThere(device, host, reporter)) return;
  const written = canonicalAddress(keyword.text.split("/", 1)[0]!);
  const address = addresses.find((one) => one.address === written)?.address;
  const name = device?.text ?? settings.interface;
  const networks = (host.interfaces.get(name) ?? []).filter(
    (network) => familyOf(parseNetwork(network)?.address ?? "") === familyOf(address ?? ""),
  );
  // Without an address on the interface nothing can be said of it.
  if (address === undefined || networks.length === 0) return;
  if (networks.some((network) => inNetwork(address, network))) return;
  reporter.warn(
    "ADDRESS_OUTSIDE_NETWORK",
    keyword,
    `${address} is in no network of ${name}, which has ${networks.join(", ")}.`,
    "Correct the address or the interface, unless a route leads there.",
  );
}

function isThere(word: Word, { interfaces }: Host, reporter: Reporter): boolean {
  if (interfaces.has(word.text)) return true;
  reporter.warn(
    "INTERFACE_MISSING",
    word,
    `This host has no interface ${word.text}.`,
    `It has ${[...interfaces.keys()].join(", ")}.`,
  );
  return false;
}

function linesOf({ block = [] }: Statement, word: string): readonly Statement[] {
  return block.flatMap(({ keyword, block: lines = [] }) => (keyword.text === word ? lines : []));
}
