/** Who is where: the director in one namespace, everybody else in another, one cable between. */
export const DIRECTOR_ADDRESS = "10.1.0.1";
export const OUTSIDE_ADDRESS = "10.1.0.2";
/** All of it is local to the outside, so that each address there is a real server. */
export const SERVERS_NETWORK = "10.2.0.0/16";
export const SERVICE = { kind: "address", protocol: "tcp", address: "10.9.0.9", port: 80 } as const;

/** Seconds between advertisements, where they are closest. */
export const FASTEST = 0.01;

/** The instances of the director, by virtual router id: seconds between their advertisements. */
export const INTERVALS: ReadonlyMap<number, number> = new Map([
  [10, FASTEST],
  [100, 0.1],
  [200, 1],
]);

/** The director's keepalived.conf: an instance for each interval, and servers that are checked. */
export function configuration(servers: number, port: number): string {
  const instances = [...INTERVALS].map(([router, interval]) => instance(router, interval));
  return `${[...instances, virtualServer(servers, port)].join("\n")}\n`;
}

function instance(router: number, interval: number): string {
  return `vrrp_instance every_${interval} {
  state MASTER
  interface eth0
  version 3
  virtual_router_id ${router}
  priority 200
  advert_int ${interval}
  virtual_ipaddress {
    10.9.0.${router}/32 dev eth0
  }
}`;
}

/** Tunnels, since the servers of direct routing would be neighbours, two thousand of them. */
function virtualServer(servers: number, port: number): string {
  const all = Array.from({ length: servers }, (_, n) => realServer(n, port));
  return `virtual_server ${SERVICE.address} ${SERVICE.port} {
  delay_loop 1
  lb_algo rr
  lb_kind TUN
  protocol TCP
${all.join("\n")}
}`;
}

function realServer(n: number, port: number): string {
  return `  real_server 10.2.${n >> 8}.${n & 0xff} ${port} {
    weight 1
    TCP_CHECK {
      connect_timeout 5
      retry 1
    }
  }`;
}
