import type { Logger } from "pino";
import { describeFault, type Result } from "../../base/fault.ts";
import type { State } from "../../cluster/effect.ts";
import type { InstanceSettings } from "../../cluster/settings.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { HostEntries } from "../../kernel/host-entries.ts";
import type { NetworkState } from "../../kernel/kernel.ts";
import { describeEntry, type Entry, isThere, placeAddress, placeRoute } from "./place-entries.ts";

export interface EntriesParts {
  readonly host: HostEntries;
  readonly network: { readonly state: NetworkState };
  readonly log: Logger;
}

/**
 * Routes and addresses that the configuration gives to the host: those that are always there while
 * the daemon runs, and the routes of instances while they are master.
 */
export class Entries {
  readonly #parts: EntriesParts;
  #configuration: Pick<Configuration, "instances" | "staticAddresses" | "staticRoutes">;
  readonly #masters = new Set<string>();
  /** What is there by us, by its text. */
  readonly #made = new Map<string, Entry>();
  /** Why entries are not there, by their text: each is told once. */
  #complaints: ReadonlySet<string> = new Set();

  constructor(parts: EntriesParts) {
    this.#parts = parts;
    this.#configuration = { instances: [], staticAddresses: [], staticRoutes: [] };
  }

  configure(configuration: Configuration): void {
    this.#configuration = configuration;
    const named = new Set(configuration.instances.map(({ name }) => name));
    for (const name of this.#masters) if (!named.has(name)) this.#masters.delete(name);
    this.turn();
  }

  /** An instance has another state now. */
  enter(name: string, state: State): void {
    const instance = this.#configuration.instances.find((each) => each.name === name);
    if (state === "MASTER") this.#masters.add(name);
    else this.#masters.delete(name);
    // A daemon before this one may have left them behind.
    for (const entry of instance === undefined ? [] : this.#routesOf(instance)) {
      if (entry.kind !== "none" && state !== "MASTER") this.#made.set(textOf(entry), entry);
    }
    this.turn();
  }

  /** After each change of the network, too. */
  turn(): void {
    const complaints = new Set<string>();
    const wanted = this.#wanted(complaints);
    for (const [text, entry] of this.#made) {
      if (wanted.has(text)) continue;
      this.#made.delete(text);
      this.#complain(this.#remove(entry), complaints);
    }
    for (const [text, entry] of wanted) this.#keep(text, entry, complaints);
    for (const complaint of complaints) {
      if (!this.#complaints.has(complaint)) this.#parts.log.warn(complaint);
    }
    this.#complaints = complaints;
  }

  /** Takes away whatever is there by us. */
  stop(): void {
    this.#configuration = { instances: [], staticAddresses: [], staticRoutes: [] };
    this.#masters.clear();
    this.turn();
  }

  #wanted(complaints: Set<string>): Map<string, Entry> {
    const { instances, staticAddresses, staticRoutes } = this.#configuration;
    const { state } = this.#parts.network;
    const placed = [
      ...staticAddresses.map((address) => placeAddress(address, state)),
      ...staticRoutes.map((route) => placeRoute(route, state)),
      ...instances
        .filter(({ name }) => this.#masters.has(name))
        .flatMap((instance) => this.#routesOf(instance)),
    ];
    const wanted = new Map<string, Entry>();
    for (const entry of placed) {
      if (entry.kind === "none") complaints.add(entry.because);
      else wanted.set(textOf(entry), entry);
    }
    return wanted;
  }

  #routesOf({ routes }: InstanceSettings) {
    return routes.map((route) => placeRoute(route, this.#parts.network.state));
  }

  #keep(text: string, entry: Entry, complaints: Set<string>): void {
    const made = this.#made.has(text);
    if (isThere(entry, this.#parts.network.state) || (made && entry.untracked)) {
      // Routes of others outlive ours, and addresses carry no name of who made them.
      if (entry.kind === "route") this.#made.set(text, entry);
      return;
    }
    const added = this.#add(entry);
    if (!added.ok) {
      this.#complain(added, complaints);
      return;
    }
    if (added.value && made) {
      this.#parts.log.warn(`${describeEntry(entry)} was gone, and is there again`);
    }
    if (added.value || entry.kind === "route") this.#made.set(text, entry);
  }

  #add(entry: Entry): Result<boolean> {
    const { host } = this.#parts;
    return entry.kind === "route" ? host.addRoute(entry.route) : host.addAddress(entry.address);
  }

  #remove(entry: Entry): Result<void> {
    const { host } = this.#parts;
    if (entry.kind === "route") return host.removeRoute(entry.route);
    return host.removeAddress(entry.address);
  }

  #complain(result: Result<unknown>, complaints: Set<string>): void {
    if (!result.ok) complaints.add(`${describeFault(result.fault)} [${result.fault.code}]`);
  }
}

function textOf(entry: Entry): string {
  return JSON.stringify(entry.kind === "route" ? entry.route : entry.address);
}
