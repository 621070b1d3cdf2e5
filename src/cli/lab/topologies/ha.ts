import { labHost } from "../host.ts";
import type { Topology } from "../topology.ts";

/** Direct routing with two directors, which elect the one that holds the VIP. */
export const HA: Topology = {
  kind: "ha",
  method: "dr",
  elects: true,
  title: "two directors elect who holds the VIP, by VRRP",
  vip: "192.168.150.100",
  port: 80,
  serverPort: 80,
  hosts: [
    labHost("client", "client", [["bridge", "192.168.150.", 1]]),
    labHost("node01", "director", [["bridge", "192.168.150.", 11]]),
    labHost("node02", "real server", [["bridge", "192.168.150.", 12]]),
    labHost("node03", "real server", [["bridge", "192.168.150.", 13]]),
    labHost("node04", "director", [["bridge", "192.168.150.", 14]]),
  ],
  drawing: `
     client                   node02, real server      node03, real server
     192.168.150.1            192.168.150.12           192.168.150.13
     02:00:00:00:00:01        02:00:00:00:00:12        02:00:00:00:00:13
          │                   VIP on lo, silent        VIP on lo, silent
          │                        │                        │
   ───────┴────────┬───────────────┴───────────┬────────────┴────────────────
                   │                           │
            node01, director            node04, director
            192.168.150.11              192.168.150.14
            02:00:00:00:00:11           02:00:00:00:00:14
            VRRP priority 100           VRRP priority 50
            VIP 192.168.150.100 on eth0 of the one that is master
`,
};
