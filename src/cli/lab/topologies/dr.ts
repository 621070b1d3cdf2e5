import { labHost } from "../host.ts";
import type { Topology } from "../topology.ts";

export const DR: Topology = {
  kind: "dr",
  method: "dr",
  title: "direct routing: requests pass the director, answers do not",
  vip: "192.168.150.100",
  port: 80,
  serverPort: 80,
  hosts: [
    labHost("client", "client", [["bridge", "192.168.150.", 1]]),
    labHost("node01", "director", [["bridge", "192.168.150.", 11]]),
    labHost("node02", "real server", [["bridge", "192.168.150.", 12]]),
    labHost("node03", "real server", [["bridge", "192.168.150.", 13]]),
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
