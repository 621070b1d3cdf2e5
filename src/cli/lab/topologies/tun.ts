import { labHost } from "../host.ts";
import type { Topology, Tunnel } from "../topology.ts";

const ROUTER = "192.168.150.90";

/** The real servers are in another network, where no frame of the director's reaches them. */
const TUN: Topology = {
  kind: "tun",
  method: "tun",
  title: "tunnels: requests pass the director and a router, answers the router alone",
  vip: "192.168.150.100",
  port: 80,
  serverPort: 80,
  tunnel: "ipip",
  hosts: [
    labHost("client", "client", [["bridge", "192.168.150.", 1]]),
    labHost(
      "node01",
      "director",
      [["bridge", "192.168.150.", 11]],
      // It forwards, so that the kernel tells its program the way to clients, for errors of routers
      // (bpf_fib_lookup() answers BPF_FIB_LKUP_RET_FWD_DISABLED elsewhere).
      { routes: [{ to: "192.168.151.0/24", via: ROUTER }], forwards: true },
    ),
    labHost(
      "router",
      "router",
      [
        ["bridge", "192.168.150.", 90],
        ["far", "192.168.151.", 90],
      ],
      { forwards: true },
    ),
    labHost("node02", "real server", [["far", "192.168.151.", 12]], {
      routes: [{ to: "default", via: "192.168.151.90" }],
    }),
    labHost("node03", "real server", [["far", "192.168.151.", 13]], {
      routes: [{ to: "default", via: "192.168.151.90" }],
    }),
  ],
  drawing: `
             client                          node01, director
             192.168.150.1                   192.168.150.11
             02:00:00:00:00:01               02:00:00:00:00:11
                   │                         VIP 192.168.150.100 on eth0
                   │                               │
   ────────────────┴──────────┬────────────────────┴─────────────────────────
                              │
                           router
                           192.168.150.90         02:00:00:00:00:90
                           192.168.151.90         02:00:00:00:01:90 (eth1)
                              │
   ────────────────┬──────────┴────────────────────┬─────────────────────────
                   │                               │
             node02, real server             node03, real server
             192.168.151.12                  192.168.151.13
             02:00:00:00:00:12               02:00:00:00:00:13
             VIP on lo; tunnels from         VIP on lo; tunnels from
             node01 end here                 node01 end here
`,
};

const TITLES: Readonly<Record<Tunnel, string>> = { ipip: "IP in IP", gre: "GRE", gue: "GUE" };

/** The same by another kind of tunnel. */
export function tunnelledBy(tunnel: Tunnel): Topology {
  if (tunnel === TUN.tunnel) return TUN;
  return { ...TUN, kind: `tun-${tunnel}`, tunnel, title: `${TUN.title} (${TITLES[tunnel]})` };
}
