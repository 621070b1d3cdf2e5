import type { LabHost } from "../host.ts";
import type { Topology } from "../topology.ts";

const PREFIX = 64;
/** The networks of the labs, and what IPv6 has in their place. */
const NETWORKS: readonly (readonly [string, string])[] = [
  ["192.168.150.", "fd00:150::"],
  ["192.168.151.", "fd00:151::"],
  ["10.0.0.", "fd00:10::"],
];
const ADDRESS = /\b(?:192\.168\.15[01]|10\.0\.0)\.\d+/g;

/** The same network with IPv6 alone: fd00:150::11 in the place of 192.168.150.11. */
export function overIpv6(topology: Topology): Topology {
  return {
    ...topology,
    kind: `${topology.kind}-ipv6`,
    title: `${topology.title}, over IPv6`,
    vip: translated(topology.vip),
    hosts: topology.hosts.map(translatedHost),
    // Columns stay where they are, as far as there is room.
    drawing: topology.drawing
      .replaceAll(/\b([\d.]+\.\d+)( *)/g, (word, address: string) => translatedWord(word, address))
      .replaceAll(/ +$/gm, "")
      .replaceAll("ARP", "NDP"),
  };
}

function translatedHost(host: LabHost): LabHost {
  return {
    ...host,
    address: translated(host.address),
    links: host.links.map((link) => ({
      ...link,
      address: translated(link.address),
      prefix: PREFIX,
    })),
    routes: host.routes.map(({ to, via }) => ({ to: translatedNetwork(to), via: translated(via) })),
  };
}

function translated(address: string): string {
  const [from, into] = NETWORKS.find(([network]) => address.startsWith(network))!;
  return address.replace(from, into);
}

function translatedNetwork(network: string): string {
  return network === "default" ? network : `${translated(network).replace(/0\/24$/, "")}/${PREFIX}`;
}

function translatedWord(word: string, address: string): string {
  return address.replace(ADDRESS, translated).padEnd(word.length);
}
