import { type Fault, failure, type Result, success } from "../base/fault.ts";
import { INTERFACES } from "../datapath/constants.ts";
import type { View } from "../datapath/tables.ts";
import type { Attachment, DataPath, Link, NetworkState } from "../kernel/kernel.ts";
import { macBytes } from "../wire/mac.ts";

const ARPHRD_ETHER = 1;

/**
 * The interfaces that the program runs on, and their rows in the table of our own MAC addresses.
 */
export class Interfaces {
  readonly #dataPath: DataPath;
  readonly #view: View;
  readonly #names: readonly string[];

  /**
   * `names`: the interfaces asked for; without any, every Ethernet interface that has an address.
   */
  constructor(dataPath: DataPath, view: View, names: readonly string[]) {
    this.#dataPath = dataPath;
    this.#view = view;
    this.#names = names;
  }

  /**
   * Faults: LINK_MISSING, LINK_NOT_ETHERNET, LINK_CLASH, and those of DataPath.attach(); then
   * nothing is attached that was not before.
   */
  attachAll(network: NetworkState): Result<readonly Attachment[]> {
    const links = this.#select(network);
    if (!links.ok) return links;
    const before = new Set(this.#dataPath.attachments().map(({ link }) => link));
    const fresh = links.value.filter((link) => !before.has(link.index));
    for (const link of links.value) {
      const clash = links.value.find((o) => o !== link && slot(o.index) === slot(link.index));
      if (clash) return clashFault(link, clash);
      this.#writeRow(link);
    }
    for (const [i, link] of fresh.entries()) {
      const attached = this.#dataPath.attach(link.index);
      if (attached.ok) continue;
      for (const { index } of fresh.slice(0, i)) this.#dataPath.detach(index);
      return attached;
    }
    return success(this.#dataPath.attachments());
  }

  /**
   * MAC addresses and MTUs change; an interface that was asked for by name and comes back, with
   * another index, is attached anew. The faults of those that cannot be.
   */
  follow(network: NetworkState): Fault[] {
    const attached = new Set(this.#dataPath.attachments().map(({ link }) => link));
    const faults: Fault[] = [];
    for (const link of network.links.values()) {
      const asked = this.#names.includes(link.name);
      if (!attached.has(link.index) && !asked) continue;
      this.#writeRow(link);
      const now = attached.has(link.index) ? undefined : this.#dataPath.attach(link.index);
      if (now !== undefined && !now.ok) faults.push(now.fault);
    }
    return faults;
  }

  #select(network: NetworkState): Result<Link[]> {
    const links = [...network.links.values()];
    if (this.#names.length === 0) {
      const addressed = new Set(network.addresses.map(({ link }) => link));
      const found = links.filter(
        (link) => link.hardware === ARPHRD_ETHER && link.up && addressed.has(link.index),
      );
      if (found.length > 0) return success(found);
      return failure(
        "LINK_MISSING",
        "There is no Ethernet interface that is up and has an address",
        "name one with --interface",
      );
    }
    const found: Link[] = [];
    for (const name of this.#names) {
      const link = links.find((candidate) => candidate.name === name);
      if (link === undefined) {
        const known = links.map((candidate) => candidate.name).join(", ");
        return failure("LINK_MISSING", `There is no interface "${name}"`, `there are ${known}`);
      }
      if (link.hardware !== ARPHRD_ETHER) {
        return failure(
          "LINK_NOT_ETHERNET",
          `Interface "${name}" is not an Ethernet interface`,
          "direct routing works by MAC addresses; name one that has them",
        );
      }
      found.push(link);
    }
    return success(found);
  }

  #writeRow(link: Link): void {
    const { ifaces } = this.#view;
    ifaces.bytes(slot(link.index), "mac").set(macBytes(link.mac));
    ifaces.set(slot(link.index), "mtu", Math.min(link.mtu, 0xffff));
    ifaces.set(slot(link.index), "ifindex", link.index);
  }
}

function slot(ifindex: number): number {
  return ifindex % INTERFACES;
}

function clashFault(a: Link, b: Link) {
  return failure(
    "LINK_CLASH",
    `Interfaces "${a.name}" (${a.index}) and "${b.name}" (${b.index}) share a row of the table`,
    `create one of them again: their indices must not differ by a multiple of ${INTERFACES}`,
  );
}
