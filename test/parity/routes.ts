import { writeFileSync } from "node:fs";
import type { FindRoute, Route } from "../../src/datapath/verdict.ts";
import { indexOf, inNamespace, ipBatch } from "../../src/kernel/linux/namespace.fixture.ts";
import { mappedBytes } from "../../src/wire/address.ts";
import { macBytes } from "../../src/wire/mac.ts";

/**
 * The kernel's routes to clients, which the program asks for by bpf_fib_lookup() and the
 * specification by a function. In a namespace of their own both say the same:
 *
 *   lo (frames come in) ─ director ─ out ─── 192.0.2.1, 2001:db8:ffff::1 ─── clients
 */
export interface Routes {
  /** Of the interface towards the clients. */
  readonly ifindex: number;
  readonly findRoute: FindRoute;
}

const OUT_MAC = "02:00:00:00:09:10";
const GATEWAY_MAC = "02:00:00:00:09:01";

/** Clients by the last part of their address: some have no route, some a narrow one. */
const NOWHERE = 8;
const NARROW = 16;
const NARROW_MTU = { 4: 600, 6: 1280 } as const;

/** What the clients' mapped addresses begin with. */
const CLIENTS = {
  4: mappedBytes("198.51.100.0").subarray(0, 15),
  6: mappedBytes("2001:db8:1::").subarray(0, 8),
} as const;

const COMMANDS = [
  `link add out address ${OUT_MAC} type veth peer name clients`,
  "link set out up",
  "link set clients up",
  `neigh add 192.0.2.1 lladdr ${GATEWAY_MAC} dev out nud permanent`,
  `neigh add 2001:db8:ffff::1 lladdr ${GATEWAY_MAC} dev out nud permanent`,
  "route add 198.51.100.0/24 via 192.0.2.1 dev out onlink",
  "route add blackhole 198.51.100.0/29",
  `route add 198.51.100.8/29 via 192.0.2.1 dev out onlink mtu lock ${NARROW_MTU[4]}`,
  "route add 2001:db8:1::/64 via 2001:db8:ffff::1 dev out onlink",
  "route add blackhole 2001:db8:1::/125",
  `route add 2001:db8:1::8/125 via 2001:db8:ffff::1 dev out onlink mtu lock ${NARROW_MTU[6]}`,
];

/** Runs `body` where there are routes; without them where namespaces are not ours to make. */
export async function withRoutes<T>(body: (routes?: Routes) => T): Promise<T> {
  if (process.geteuid?.() !== 0) return body();
  const results: T[] = [];
  await inNamespace(() => {
    ipBatch(COMMANDS);
    for (const family of ["ipv4", "ipv6"]) {
      writeFileSync(`/proc/sys/net/${family}/conf/lo/forwarding`, "1");
    }
    results.push(body(routesBy(indexOf("out"))));
  });
  return results[0]!;
}

function routesBy(ifindex: number): Routes {
  const route: Route = {
    ifindex,
    source: macBytes(OUT_MAC),
    destination: macBytes(GATEWAY_MAC),
  };
  const findRoute: FindRoute = ({ family, destination, length }) => {
    const host = hostOf(destination);
    if (host === undefined || host < NOWHERE) return undefined;
    return host < NARROW && length > NARROW_MTU[family] ? "too-big" : route;
  };
  return { ifindex, findRoute };
}

/** The host part of a client's mapped address, if it is one that there is a route for. */
function hostOf(address: Uint8Array): number | undefined {
  const bytes = Buffer.from(address);
  if (bytes.subarray(0, 15).equals(CLIENTS[4])) return bytes.readUInt8(15);
  return bytes.subarray(0, 8).equals(CLIENTS[6]) ? Number(bytes.readBigUInt64BE(8)) : undefined;
}
