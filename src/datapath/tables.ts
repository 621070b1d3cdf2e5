import * as layout from "./layout.ts";
import { type ArrayName, arrays, type Dimensions, serviceSlots } from "./layout.ts";
import { Records } from "./records.ts";
import { type ServiceKeys, ServiceTable } from "./service-table.ts";

/**
 * The tables of one data path. The kernel boundary hands them out over the memory of BPF maps, the
 * specification and the simulator over memory of their own; who reads and writes them cannot tell.
 */
export interface Tables {
  readonly dimensions: Dimensions;
  readonly arrays: Readonly<Record<ArrayName, ArrayBuffer>>;
  readonly serviceKeys: ServiceKeys;
  /** Secrets of the connection hash, drawn when the tables were made: HASH_KEYS 32-bit words. */
  readonly hashKeys: Uint32Array;
}

/** The ten words of an IPv6 tuple take one each (connection.ts). */
export const HASH_KEYS = 10;

/** Tables in ordinary memory. */
export function memoryTables(dimensions: Dimensions, hashKeys: Uint32Array): Tables {
  const made: Partial<Record<ArrayName, ArrayBuffer>> = {};
  for (const [name, { bytes, entries }] of Object.entries(arrays(dimensions))) {
    made[name as ArrayName] = new ArrayBuffer(bytes * entries);
  }
  return {
    dimensions,
    arrays: made as Record<ArrayName, ArrayBuffer>,
    serviceKeys: new ServiceTable(made.service_slots!, serviceSlots(dimensions), hashKeys),
    hashKeys,
  };
}

/** The tables as records, for who reads and writes them field by field. */
export class View {
  readonly tables: Tables;
  readonly control: Records<typeof layout.control>;
  readonly ifaces: Records<typeof layout.iface>;
  /** Low half of word i at 2i (server, state, flags), its tag at 2i + 1. */
  readonly words: Uint32Array;
  readonly cold: Records<typeof layout.connectionCold>;
  readonly vips: Records<typeof layout.vip>;
  /** The same memory in 32-bit words, for what several CPUs claim (vip-table.ts). */
  readonly vipWords: Uint32Array;
  readonly services: Records<typeof layout.service>;
  readonly pools: ArrayBuffer;
  readonly servers: Records<typeof layout.server>;
  readonly loads: Records<typeof layout.load>;
  readonly stats: Records<typeof layout.stats>;
  readonly reasons: BigUint64Array;
  readonly timeouts: Uint32Array;
  /** Low half of entry i at 2i (tokens), its tick at 2i + 1. */
  readonly icmpLimits: Uint32Array;
  readonly marks: Records<typeof layout.markRule>;
  readonly tunnelSources: Records<typeof layout.tunnelSource>;
  readonly fragments: Records<typeof layout.fragment>;
  /** Bit n of word n >> 5. */
  readonly natFilter: Uint32Array;
  readonly cacheRoutes: Records<typeof layout.cacheRoute>;
  readonly leases: Records<typeof layout.lease>;
  readonly leasedAddresses: Records<typeof layout.leasedAddress>;

  constructor(tables: Tables) {
    const { arrays } = tables;
    this.tables = tables;
    this.control = new Records(layout.control, arrays.control);
    this.ifaces = new Records(layout.iface, arrays.ifaces);
    this.words = new Uint32Array(arrays.connections);
    this.cold = new Records(layout.connectionCold, arrays.connections_cold);
    this.vips = new Records(layout.vip, arrays.vips);
    this.vipWords = new Uint32Array(arrays.vips);
    this.services = new Records(layout.service, arrays.services);
    this.pools = arrays.pools;
    this.servers = new Records(layout.server, arrays.servers);
    this.loads = new Records(layout.load, arrays.loads);
    this.stats = new Records(layout.stats, arrays.stats);
    this.reasons = new BigUint64Array(arrays.reasons);
    this.timeouts = new Uint32Array(arrays.timeouts);
    this.icmpLimits = new Uint32Array(arrays.icmp_limits);
    this.marks = new Records(layout.markRule, arrays.marks);
    this.tunnelSources = new Records(layout.tunnelSource, arrays.tunnel_sources);
    this.fragments = new Records(layout.fragment, arrays.fragments);
    this.natFilter = new Uint32Array(arrays.nat_filter);
    this.cacheRoutes = new Records(layout.cacheRoute, arrays.cache_routes);
    this.leases = new Records(layout.lease, arrays.leases);
    this.leasedAddresses = new Records(layout.leasedAddress, arrays.leased_addresses);
  }
}
