import { receive } from "../../src/datapath/receive.ts";
import type { View } from "../../src/datapath/tables.ts";
import { testView } from "../../src/datapath/testing/tables.ts";
import type { Entry } from "../../src/simulator/entry.ts";
import { Holders } from "../../src/simulator/holders.ts";
import type { HostPlan } from "../../src/simulator/host.ts";
import { Publisher } from "../../src/state/publisher.ts";
import { type Service, serviceName } from "../../src/state/rule.ts";
import { IPVS_TIMEOUTS } from "../../src/state/timeouts.ts";
import { frame } from "../../src/wire/frame.ts";
import { formatMac, MAC_BYTES, macBytes } from "../../src/wire/mac.ts";
import type { TcpFlag } from "../../src/wire/tcp.ts";

const VIP = "192.168.150.100";
const LAN = "192.168.150.0/24";
const CLIENT_MAC = "02:00:00:00:00:01";
const LINK = 2;
const RTN_UNICAST = 1;
const RTN_LOCAL = 2;
const SERVERS = ["192.168.150.12", "192.168.150.13", "192.168.150.16", "192.168.150.17"];

/** A client's connection, and the MAC addresses of the servers that its packets came to. */
export interface Flow {
  readonly port: number;
  readonly servers: Set<string>;
}

/**
 * Connections through whoever holds the address, every director with the same rules and a data path
 * of its own (the executable specification): each sends a packet every `every` microseconds.
 */
export function sendFlows(
  hosts: readonly HostPlan[],
  entries: readonly Entry[],
  traffic: { scheduler: string; flows: number; duration: number; every: number },
): Flow[] {
  const paths = new Map(hosts.map((host) => [host.name, dataPathOf(host, traffic.scheduler)]));
  const macs = new Map(hosts.map(({ name, mac }) => [name, mac]));
  const flows = Array.from({ length: traffic.flows }, (_, i) => ({
    port: 10_000 + i,
    servers: new Set<string>(),
  }));
  const holders = new Holders(0);
  let next = 0;
  for (let time = 0; time <= traffic.duration; time += traffic.every) {
    for (; next < entries.length && entries[next]!.time <= time; next++) {
      holders.hear(entries[next]!);
    }
    // In another order each time, so that turns alone do not make two directors agree.
    const first = (time / traffic.every) % flows.length;
    const turns = [...flows.slice(first), ...flows.slice(0, first)];
    for (const holder of holders.at(time)) {
      for (const flow of turns) {
        const flag = flow.servers.size === 0 ? "syn" : "ack";
        const server = sendPacket(paths.get(holder)!, macs.get(holder)!, flow.port, flag, time);
        if (server !== undefined) flow.servers.add(server);
      }
    }
  }
  return flows;
}

function sendPacket(
  view: View,
  director: string,
  port: number,
  flag: TcpFlag,
  time: number,
): string | undefined {
  const bytes = frame({
    eth: { source: CLIENT_MAC, destination: director },
    ip: { source: "192.168.150.1", destination: VIP },
    tcp: { sourcePort: port, destinationPort: 80, flags: [flag] },
  });
  const received = receive(view, { frame: bytes, ifindex: LINK }, BigInt(time) * 1_000n);
  if (received.verdict !== "tx") return undefined;
  return formatMac(received.frame.subarray(0, MAC_BYTES));
}

/** A director's tables with the lecture's service in them. */
function dataPathOf({ mac }: HostPlan, scheduler: string): View {
  const view = testView({ buckets: 256, services: 16, servers: 64, poolSlots: 2048, vips: 16 });
  view.ifaces.bytes(LINK, "mac").set(macBytes(mac));
  view.ifaces.set(LINK, "ifindex", LINK);
  view.ifaces.set(LINK, "mtu", 1500);
  // What comes of an old connection after a failover is no SYN.
  view.control.set(0, "sloppy_tcp", 1);
  const publisher = new Publisher(view, {
    links: new Map([[LINK, { mac, mtu: 1500, up: true }]]),
    routes: [
      { destination: LAN, link: LINK, metric: 0, type: RTN_UNICAST, table: 254, mtu: 0 },
      { destination: `${VIP}/32`, link: LINK, metric: 0, type: RTN_LOCAL, table: 255, mtu: 0 },
    ],
    neighbours: new Map(
      SERVERS.map((address, i) => [
        `${LINK} ${address}`,
        { mac: `02:00:00:00:01:0${i}`, usable: true, failed: false },
      ]),
    ),
    addresses: [],
  });
  const service = lectureService(scheduler);
  const services = new Map([[serviceName(service.id), service]]);
  const published = publisher.publish({ services, timeouts: IPVS_TIMEOUTS }, 0n);
  if (!published.ok) throw new Error(published.fault.message);
  return view;
}

function lectureService(scheduler: string): Service {
  return {
    id: { kind: "address", protocol: "tcp", address: VIP, port: 80 },
    scheduler,
    onePacket: false,
    // mh-port: the source port counts too, so that connections of one client differ.
    schedulerFlags: 2,
    servers: SERVERS.map((address) => ({
      address,
      port: 80,
      method: "dr",
      weight: 1,
      upperThreshold: 0,
      lowerThreshold: 0,
    })),
  };
}
