import { type Command, enter } from "../../../src/cli/lab/enter.ts";
import { switchPort } from "../../../src/cli/lab/host.ts";
import { namespaceOf, passObjectPath } from "../../../src/cli/lab/names.ts";
import { SWITCH, type Topology } from "../../../src/cli/lab/topology.ts";
import { run } from "../../../src/kernel/linux/command.ts";

const LINK = "eth0";

/** The cable of a host's eth0, from the outside. */
export interface Cable {
  /** Sets the host's interface up or down: its owner sees that. */
  set(state: "up" | "down"): Promise<void>;
  /** Cuts one way, which neither end sees; `mend` undoes it. */
  cut(way: Way): Promise<void>;
  mend(way: Way): Promise<void>;
  /** Deletes the interface with its cable. */
  unplug(): Promise<void>;
  /** Makes both again, as the lab made them. */
  plug(): Promise<void>;
}

/** As the host sees it. */
export type Way = "outwards" | "inwards";

export function cableOf(lab: string, topology: Topology, host: string): Cable {
  const [own, outer] = [namespaceOf(lab, host), namespaceOf(lab, SWITCH)];
  const { mac, address, links } = topology.hosts.find(({ name }) => name === host)!;
  const { prefix, segment } = links[0]!;
  const port = switchPort(host, LINK);
  const inside = (...words: string[]): Command => ["ip", "-n", own, ...words];
  const outside = (...words: string[]): Command => ["ip", "-n", outer, ...words];
  // The host's frames are dropped behind the port where they come in, and others' before it.
  const rule = (action: "-A" | "-D", way: Way) => {
    const where = way === "outwards" ? "-i" : "-o";
    const words = ["--concurrent", action, "FORWARD", where, port, "-j", "DROP"];
    return all([enter(lab, SWITCH, ["ebtables-nft", ...words])]);
  };
  const addresses = address.includes(":")
    ? [`${address}/${prefix}`, `fe80::${address.slice(address.lastIndexOf(":") + 1)}/64`]
    : [`${address}/${prefix}`];
  const offloads = ["tx", "off", "sg", "off", "tso", "off", "gso", "off", "gro", "off"];
  const ends = ["type", "veth", "peer", "name", LINK, "netns", own, "address", mac];
  const program = ["object", passObjectPath(lab), "section", "xdp"];
  return {
    set: (state) => all([inside("link", "set", LINK, state)]),
    cut: (way) => rule("-A", way),
    mend: (way) => rule("-D", way),
    unplug: () => all([inside("link", "delete", LINK)]),
    plug: () =>
      all([
        ["ip", "link", "add", "name", port, "netns", outer, ...ends],
        outside("link", "set", port, "master", segment, "addrgenmode", "none", "up"),
        outside("link", "set", port, "xdp", ...program),
        enter(lab, host, ["ethtool", "-K", LINK, ...offloads]),
        inside("link", "set", LINK, "addrgenmode", "none", "up"),
        ...addresses.map((each) => {
          const nodad = each.includes(":") ? ["nodad"] : [];
          return inside("address", "add", each, ...nodad, "dev", LINK);
        }),
      ]),
  };
}

async function all(commands: readonly Command[]): Promise<void> {
  for (const [program, ...args] of commands) {
    const done = await run(program, args);
    if (!done.ok) throw new Error(done.fault.message);
  }
}
