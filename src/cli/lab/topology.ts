/** A network that a lab builds: hosts on one switch, each in a network namespace of its own. */
export interface Topology {
  readonly kind: string;
  readonly title: string;
  readonly prefix: number;
  readonly vip: string;
  readonly port: number;
  readonly hosts: readonly LabHost[];
  readonly drawing: string;
}

export interface LabHost {
  readonly name: string;
  readonly role: Role;
  readonly address: string;
  readonly mac: string;
}

export type Role = "client" | "director" | "real server";

/** The namespace of the switch, beside those of the hosts. */
export const SWITCH = "switch";

const DR: Topology = {
  kind: "dr",
  title: "direct routing: requests pass the director, answers do not",
  prefix: 24,
  vip: "192.168.150.100",
  port: 80,
  hosts: [
    host("client", "client", 1),
    host("node01", "director", 11),
    host("node02", "real server", 12),
    host("node03", "real server", 13),
  ],
  drawing: `
                        client
                        192.168.150.1
                        02:00:00:00:00:01
                              │
   ────────────┬──────────────┴──────────┬───────────────────────┬───────────
               │                         │                       │
        node01, director         node02, real server     node03, real server
        192.168.150.11           192.168.150.12          192.168.150.13
        02:00:00:00:00:11        02:00:00:00:00:12       02:00:00:00:00:13
        VIP 192.168.150.100      VIP on lo, silent       VIP on lo, silent
        on eth0: answers ARP     about it in ARP         about it in ARP
`,
};

export const TOPOLOGIES: ReadonlyMap<string, Topology> = new Map([[DR.kind, DR]]);

/** The last number of the address, written in decimal, is also the last pair of the MAC address. */
function host(name: string, role: Role, number: number): LabHost {
  const pair = String(number).padStart(2, "0");
  return {
    name,
    role,
    address: `192.168.150.${number}`,
    mac: `02:00:00:00:00:${pair}`,
  };
}

export function hostsOf(topology: Topology, role: Role): readonly LabHost[] {
  return topology.hosts.filter((host) => host.role === role);
}
