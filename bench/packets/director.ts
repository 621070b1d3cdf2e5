import { assert } from "../../src/base/assert.ts";
import { type Result, success } from "../../src/base/fault.ts";
import { dimensionsOf } from "../../src/daemon/dimensions.ts";
import { INTERFACES } from "../../src/datapath/constants.ts";
import type { Reason } from "../../src/datapath/reason.ts";
import { readReasons } from "../../src/datapath/reasons.ts";
import { HASH_KEYS, View } from "../../src/datapath/tables.ts";
import { type Addon, BUILD } from "../../src/kernel/linux/addon.ts";
import { LinuxDataPath } from "../../src/kernel/linux/data-path.ts";
import { loadObject, readObject } from "../../src/kernel/linux/object.ts";
import type { NetworkView } from "../../src/state/next-hop.ts";
import { Publisher } from "../../src/state/publisher.ts";
import type { ForwardingMethod, Operation, ServiceId } from "../../src/state/rule.ts";
import { applyOperations, EMPTY_RULES } from "../../src/state/rules.ts";
import { beginSettings } from "../../src/state/settings.ts";
import { macBytes } from "../../src/wire/mac.ts";
import { DIRECTOR_MAC, type Family, PORT, VIPS } from "./frames.ts";

/** BPF_PROG_TEST_RUN receives on the loopback device, which is always the first. */
const LINK = 1;
const MTU = 1500;
const RTN_UNICAST = 1;
const RTN_LOCAL = 2;
const RT_TABLE_MAIN = 254;
const RT_TABLE_LOCAL = 255;

/** Services and real servers that the tables have room for, as a daemon's have by default. */
const SERVICES = 16_384;
const SERVERS = 65_536;

/** Real servers of the one service. */
export const REAL_SERVERS = 16;

/** How the one service is asked for and its servers are reached. */
export interface Way {
  readonly method: ForwardingMethod;
  readonly family: Family;
}

/** Weir's program as in production, over tables of its own, with one service. */
export class TimedDirector {
  readonly program: number;
  readonly view: View;
  readonly #dataPath: LinuxDataPath;

  /** Faults: those of DataPathLoader.load() and Publisher.publish(). */
  static load(native: Addon, connections: number, way: Way): Result<TimedDirector> {
    const sizes = { connections, services: SERVICES, servers: SERVERS };
    const dimensions = dimensionsOf(sizes, native.possibleCpus());
    if (!dimensions.ok) return dimensions;
    const file = readObject(`${BUILD}weir.bpf.o`);
    if (!file.ok) return file;
    const hashKeys = crypto.getRandomValues(new Uint32Array(HASH_KEYS));
    const loaded = loadObject(native, file.value, dimensions.value, hashKeys);
    if (!loaded.ok) return loaded;
    const path = new LinuxDataPath(
      native,
      loaded.value,
      dimensions.value,
      hashKeys,
      undefined,
      false,
    );
    const director = new TimedDirector(path, loaded.value.program);
    const published = director.#publish(way);
    if (published.ok) return success(director);
    director.close();
    return published;
  }

  private constructor(dataPath: LinuxDataPath, program: number) {
    this.#dataPath = dataPath;
    this.program = program;
    this.view = new View(dataPath.tables);
  }

  /** Connections in the table. */
  tracked(): number {
    let used = 0;
    for (let tag = 1; tag < this.view.words.length; tag += 2) {
      if (this.view.words[tag] !== 0) used++;
    }
    return used;
  }

  /** Bytes of both halves of the connection table. */
  get tableBytes(): number {
    const { connections, connections_cold } = this.view.tables.arrays;
    return connections.byteLength + connections_cold.byteLength;
  }

  /** Connections that the table has room for. */
  get slots(): number {
    return this.view.cold.count;
  }

  reasons(): ReadonlyMap<Reason, bigint> {
    return readReasons(this.view);
  }

  /** Forgets every connection, and what the servers carry. */
  rewind(): void {
    this.view.words.fill(0);
    new Uint8Array(this.view.tables.arrays.loads).fill(0);
  }

  close(): void {
    this.#dataPath.close();
  }

  #publish(way: Way): Result<void> {
    const { ifaces } = this.view;
    beginSettings(this.view);
    ifaces.bytes(LINK % INTERFACES, "mac").set(macBytes(DIRECTOR_MAC));
    ifaces.set(LINK % INTERFACES, "mtu", MTU);
    ifaces.set(LINK % INTERFACES, "ifindex", LINK);
    const applied = applyOperations(EMPTY_RULES, operations(way));
    assert(applied.ok, "rules that hold", applied);
    const publisher = new Publisher(this.view, network(way.family));
    return publisher.publish(applied.rules, process.hrtime.bigint());
  }
}

const NETWORKS = {
  4: { network: "192.168.150.0/24", host: (n: number) => `192.168.150.${n}`, length: 32 },
  6: { network: "fd00:150::/64", host: (n: number) => `fd00:150::${n.toString(16)}`, length: 128 },
} as const;

const DIRECTOR_HOST = 11;

function realServers(family: Family): string[] {
  return Array.from({ length: REAL_SERVERS }, (_, index) => NETWORKS[family].host(index + 20));
}

function operations({ method, family }: Way): Operation[] {
  const address = VIPS[family];
  const service: ServiceId = { kind: "address", protocol: "tcp", address, port: PORT };
  const options = { method, weight: 1, upperThreshold: 0, lowerThreshold: 0 } as const;
  return [
    {
      kind: "add-service",
      service,
      options: { scheduler: "rr", onePacket: false, schedulerFlags: 0 },
    },
    ...realServers(family).map(
      (server): Operation => ({
        kind: "add-server",
        service,
        server: { address: server, port: PORT },
        options,
      }),
    ),
  ];
}

/** Every server is a neighbour on the link where the frames come in, so they leave by XDP_TX. */
function network(family: Family): NetworkView {
  const route = { link: LINK, metric: 0, mtu: 0 };
  const own = NETWORKS[family];
  const neighbours = realServers(family).map((address, index) => {
    const mac = `02:00:00:00:01:${index.toString(16).padStart(2, "0")}`;
    return [`${LINK} ${address}`, { mac, usable: true, failed: false }] as const;
  });
  const vip = `${VIPS[family]}/${own.length}`;
  return {
    links: new Map([[LINK, { mac: DIRECTOR_MAC, mtu: MTU, up: true }]]),
    routes: [
      { ...route, destination: vip, type: RTN_LOCAL, table: RT_TABLE_LOCAL },
      { ...route, destination: own.network, type: RTN_UNICAST, table: RT_TABLE_MAIN },
    ],
    neighbours: new Map(neighbours),
    addresses: [{ family, address: own.host(DIRECTOR_HOST), prefix: 24, link: LINK }],
  };
}
