import { hostsOf, type Topology } from "../../src/cli/lab/topology.ts";

/** How the directors elect, and what becomes of the master. */
export interface FailoverCase {
  readonly version: 2 | 3;
  /** Seconds between advertisements. */
  readonly interval: number;
  readonly event: Event;
}

/** In the order in which a lab goes through them: the last one takes a director from it. */
export type Event = "link down" | "its return" | "SIGTERM" | "kill -9";

/** Of one lab each: what happens to its master, one after the other. */
export const LABS: readonly (readonly FailoverCase[])[] = [
  [
    { version: 2, interval: 1, event: "link down" },
    { version: 2, interval: 1, event: "its return" },
    { version: 2, interval: 1, event: "SIGTERM" },
  ],
  [{ version: 2, interval: 1, event: "kill -9" }],
  [
    { version: 3, interval: 0.01, event: "link down" },
    { version: 3, interval: 0.01, event: "its return" },
    { version: 3, interval: 0.01, event: "kill -9" },
  ],
];

const PRIORITY = 100;
/** The lab makes a backup of the same file with half the priority. */
export const BACKUP_PRIORITY = PRIORITY / 2;

/** The lecture's election and its web service: two servers, each as fit as the other. */
export function configuration({ version, interval }: FailoverCase, topology: Topology): string {
  const { vip, port } = topology;
  const servers = hostsOf(topology, "real server").map(
    ({ address }) => `  real_server ${address} ${port} {\n    weight 1\n  }`,
  );
  return `vrrp_instance VI_1 {
  state MASTER
  interface eth0
  version ${version}
  virtual_router_id 51
  priority ${PRIORITY}
  advert_int ${interval}
  virtual_ipaddress {
    ${vip}/24 dev eth0
  }
}
virtual_server ${vip} ${port} {
  lb_algo rr
  lb_kind DR
  protocol TCP
${servers.join("\n")}
}
`;
}
