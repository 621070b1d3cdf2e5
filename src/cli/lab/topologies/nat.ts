import { labHost } from "../host.ts";
import type { Topology } from "../topology.ts";

/** The real servers' own default route, by the director, is what `weir real-server up` sets. */
export const NAT: Topology = {
  kind: "nat",
  method: "nat",
  title: "masquerading: requests and answers pass the director, which maps ports too",
  vip: "192.168.150.100",
  port: 80,
  serverPort: 8080,
  hosts: [
    labHost("client", "client", [["bridge", "192.168.150.", 1]]),
    labHost(
      "node01",
      "director",
      [
        ["bridge", "192.168.150.", 11],
        ["inside", "10.0.0.", 1],
      ],
      { forwards: true },
    ),
    labHost("node02", "real server", [["inside", "10.0.0.", 12]]),
    labHost("node03", "real server", [["inside", "10.0.0.", 13]]),
  ],
  drawing: `
                        client
                        192.168.150.1
                        02:00:00:00:00:01
                              │
   ───────────────────────────┼──────────────────────────────────────────────
                              │
                        node01, director       eth0: VIP 192.168.150.100
                        192.168.150.11         02:00:00:00:00:11
                        10.0.0.1               02:00:00:00:01:01 (eth1)
                              │
   ────────────────┬──────────┴────────────────────┬─────────────────────────
                   │                               │
             node02, real server             node03, real server
             10.0.0.12    port 8080          10.0.0.13    port 8080
             02:00:00:00:00:12               02:00:00:00:00:13
             default route: node01           default route: node01
`,
};
