/**
 * The bytes of every table, shared by the XDP program (xdp/layout.h), the specification beside this
 * file, and the control plane. All tables are arrays that both sides see. Integers are
 * little-endian as on the CPU, except addresses and ports, which stay in network byte order so that
 * they compare with a packet as they lie.
 *
 * layout.test.ts holds this file against the BTF of the compiled program.
 */

export type FieldType = "u8" | "u16" | "u32" | "u64" | "be16" | "mac" | "ip";

const SIZE: Record<FieldType, number> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  be16: 2,
  mac: 6,
  ip: 16,
};

export interface Field {
  readonly type: FieldType;
  readonly offset: number;
  readonly size: number;
}

export interface Layout<Name extends string = string> {
  /** The name of the C struct. */
  readonly name: string;
  readonly size: number;
  readonly fields: Readonly<Record<Name, Field>>;
}

/** A record: each field directly after the one before it, which must leave it naturally aligned. */
function layout<const F extends Record<string, FieldType>>(
  name: string,
  size: number,
  types: F,
): Layout<keyof F & string> {
  const fields: Record<string, Field> = {};
  let offset = 0;
  for (const [field, type] of Object.entries(types)) {
    fields[field] = { type, offset, size: SIZE[type] };
    offset += SIZE[type];
  }
  if (offset > size) throw new Error(`layout ${name} holds ${offset} bytes, not ${size}`);
  return { name, size, fields: fields as Record<keyof F & string, Field> };
}

/** One line that every packet reads: may this director forward, and how. */
export const control = layout("control", 64, {
  /** Forward while this is later than CLOCK_MONOTONIC, in ns; LEASE_FOREVER without an election. */
  lease: "u64",
  /** Service keys of this generation are the live ones; a batch is one store here. */
  generation: "u32",
  /** IPVS conn_reuse_mode, bit 0 and bit 1 (ip_vs_core.c is_new_conn_expected). */
  conn_reuse_mode: "u8",
  /** IPVS sloppy_tcp: any packet but a RST may open a connection. */
  sloppy_tcp: "u8",
  /** IPVS expire_nodest_conn: a connection of a removed server ends with its next packet. */
  expire_nodest_conn: "u8",
  /** 1 while there is no service at all: IPVS unhooks itself then (ip_vs_unregister_hooks()). */
  idle: "u8",
});

/** An interface whose frames are ours when their destination is its MAC address. */
export const iface = layout("iface", 16, {
  mac: "mac",
  mtu: "u16",
  ifindex: "u32",
  reserved: "u32",
});

/**
 * The cold half of a connection, at the index of its hot word: touched on insertion, on a change of
 * state and by the sweep, never by an ordinary packet.
 */
export const connectionCold = layout("connection_cold", 32, {
  /** CIP, IPv4 as ::ffff:a.b.c.d. */
  client: "ip",
  client_port: "be16",
  virtual_port: "be16",
  /** Index in vips: the VIP and the protocol. */
  vip: "u16",
  flags: "u16",
  /** When the sweep, a change of state or the insertion last saw it, in ticks. */
  seen: "u32",
  /** Marks which changes the backup has been told of. */
  sync_mark: "u32",
});

/** A virtual address and protocol that connections name by index. */
export const vip = layout("vip", 32, { address: "ip", protocol: "u8" });

/** What the service lookup is asked; with the value behind it, a slot of its table. */
export const serviceKey = layout("service_key", 24, {
  address: "ip",
  port: "be16",
  protocol: "u8",
  reserved: "u8",
  generation: "u32",
});

/** What it answers. */
export const serviceValue = layout("service_value", 8, {
  service: "u32",
  vip: "u16",
  flags: "u16",
});

/** A virtual service. The pool word is the flip: one 8-byte store takes a new set of servers. */
export const service = layout("service", 64, {
  /** Low 32 bits: first slot of the pool; high 32 bits: the pool's generation. */
  pool: "u64",
  /**
   * The scheduler's memory: bits 0..16 cursor + 1, 17..47 current weight, 48..63 pool generation.
   */
  scheduler_state: "u64",
  /** Tick of the last flow that was forwarded without an entry; 0 for never. */
  untracked: "u32",
  /** One of SERVICE_USED; 0 when the record is free. */
  flags: "u32",
  address: "ip",
  port: "be16",
  protocol: "u8",
  scheduler: "u8",
  /** Persistence timeout in seconds, 0 when not persistent. */
  persistence: "u32",
  /** Persistence mask: prefix length. */
  netmask: "u32",
  vip: "u16",
  service_flags: "u16",
});

/** The first slot of a pool; the members follow, four a slot, newest server first (IPVS V-04). */
export const poolHeader = layout("pool_header", 32, {
  count: "u32",
  generation: "u32",
  scheduler: "u8",
  flags: "u8",
  reserved: "u16",
  /** wrr: the largest weight less (gcd - 1) (ip_vs_wrr.c ip_vs_wrr_max_weight). */
  weight_max: "u32",
  /** wrr: the greatest common divisor of the weights. */
  weight_gcd: "u32",
  /** Where the scheduler goes on after the flip: cursor + 1, as in scheduler_state. */
  start_cursor: "u32",
  start_weight: "u32",
  reserved2: "u32",
});

/** One real server of a pool. */
export const poolMember = layout("pool_member", 8, { server: "u32", weight: "u32" });

/** A real server of one service: all that forwarding to it takes, in one cache line. */
export const server = layout("server", 64, {
  /** The MAC address of the next hop; written with `flags` as one 8-byte store. */
  next_hop: "mac",
  /** SERVER_AVAILABLE, SERVER_READY and so on. */
  flags: "u16",
  /** The MAC address of our own interface towards it. */
  source: "mac",
  mtu: "u16",
  ifindex: "u32",
  service: "u32",
  /** RIP. */
  address: "ip",
  port: "be16",
  /** IPVS forwarding method: 0 NAT, 2 TUN, 3 DR (IP_VS_CONN_F_FWD_MASK). */
  method: "u8",
  tunnel: "u8",
  upper_threshold: "u16",
  lower_threshold: "u16",
  weight: "u32",
  tunnel_port: "be16",
  tunnel_flags: "u16",
});

/** What a real server carries now; atomically changed by every CPU. */
export const load = layout("load", 16, {
  active: "u32",
  inactive: "u32",
  persistent: "u32",
  /** 1 while the upper threshold holds it (IP_VS_DEST_F_OVERLOAD). */
  overloaded: "u32",
});

/** Counters of one server on one CPU: index = cpu * servers + server. */
export const stats = layout("stats", 64, {
  connections: "u64",
  in_packets: "u64",
  out_packets: "u64",
  in_bytes: "u64",
  out_bytes: "u64",
});

/** What the sweep is told, and what it says. */
export const sweepSlice = layout("sweep_slice", 32, {
  first_bucket: "u32",
  buckets: "u32",
  now: "u32",
  expired: "u32",
  live: "u32",
});

/**
 * A connection's hot word: server 16, state 8 and flags 8 bits in its low half, the tag in its high
 * half, never 0 in a used word. Eight words are a bucket, one cache line.
 */
export const BUCKET_WORDS = 8;
export const BUCKET_BYTES = 64;
export const WORD_STATE_SHIFT = 16;
export const WORD_FLAGS_SHIFT = 24;

/** Flags of a hot word. */
export const TOUCHED = 1;
/** The cold half is still being written: match by tag alone, and leave it to its writer. */
export const FRESH = 2;
/** Another flow of the same tag lives in this pair of buckets: match by the cold half. */
export const COLLIDES = 4;

/** Flags of a server. */
export const SERVER_AVAILABLE = 1;
export const SERVER_READY = 2;
/** The server's address is the director's own (LOCALNODE): packets go up to our kernel. */
export const SERVER_LOCAL = 4;
/** No route, or the neighbour does not answer: clients get ICMP host unreachable. */
export const SERVER_UNREACHABLE = 8;
/** The record is in use (perhaps only by connections of a server that was removed). */
export const SERVER_USED = 16;

/** Flags of a pool: some member has a threshold, so loads must be looked at. */
export const POOL_THRESHOLDS = 1;

/** Flags of a service value: the VIP is an address of this host (IPVS works in LOCAL_IN only). */
export const VIP_LOCAL = 1;
/** The slot holds a key. */
export const SLOT_USED = 2;
/** It held one, and others lie behind it. */
export const SLOT_REMOVED = 4;
/** Slots that a lookup goes through at most. */
export const SERVICE_PROBES = 32;

export const SERVICE_USED = 1;

/** A lease that never ends: a director without an election. */
export const LEASE_FOREVER = 0xffff_ffff_ffff_ffffn;

export const POOL_SLOT_BYTES = 32;
export const POOL_SLOT_MEMBERS = 4;
export const INTERFACES = 256;
export const TIMEOUTS = 64;
export const ICMP_LIMITS = 4096;
export const REASONS_MAX = 64;

/** Time in the tables: 2^20 ns, so that the data path divides by a shift. Wraps after 52 days. */
export const TICK_SHIFT = 20n;
export const TICKS_PER_SECOND = 1e9 / 2 ** 20;

/** Every shared array: name, bytes of an entry, and how many entries. */
export interface Dimensions {
  /** Buckets of eight connections. */
  readonly buckets: number;
  readonly services: number;
  readonly servers: number;
  readonly poolSlots: number;
  readonly vips: number;
  readonly cpus: number;
}

export function arrays(d: Dimensions) {
  return {
    control: { bytes: control.size, entries: 1 },
    ifaces: { bytes: iface.size, entries: INTERFACES },
    connections: { bytes: BUCKET_BYTES, entries: d.buckets },
    connections_cold: { bytes: connectionCold.size, entries: d.buckets * BUCKET_WORDS },
    vips: { bytes: vip.size, entries: d.vips },
    services: { bytes: service.size, entries: d.services },
    // Two generations of keys at a quarter full: runs of probes stay short.
    service_slots: { bytes: serviceKey.size + serviceValue.size, entries: serviceSlots(d) },
    pools: { bytes: POOL_SLOT_BYTES, entries: d.poolSlots },
    servers: { bytes: server.size, entries: d.servers },
    loads: { bytes: load.size, entries: d.servers },
    stats: { bytes: stats.size, entries: d.servers * d.cpus },
    reasons: { bytes: 8, entries: REASONS_MAX * d.cpus },
    // One entry: the kernel lays those of an array out at multiples of 8 bytes.
    timeouts: { bytes: 4 * TIMEOUTS, entries: 1 },
    icmp_limits: { bytes: 8, entries: ICMP_LIMITS },
  } as const;
}

export function serviceSlots(d: Pick<Dimensions, "services">): number {
  return Math.max(64, 8 * d.services);
}

export type ArrayName = keyof ReturnType<typeof arrays>;
