import {
  BUCKET_BYTES,
  BUCKET_WORDS,
  ICMP_LIMITS,
  INTERFACES,
  LEASED_SLOTS,
  LEASES,
  MARKS,
  NAT_FILTER_BITS,
  POOL_SLOT_BYTES,
  REASONS_MAX,
  TIMEOUTS,
  TUNNEL_SOURCES,
} from "./constants.ts";

/**
 * The bytes of every table, shared by the XDP program (xdp/layout.h), the specification beside this
 * file, and the control plane. All tables are arrays that both sides see. Integers are
 * little-endian as on the CPU, except addresses and ports, which stay in network byte order so that
 * they compare with a packet as they lie.
 *
 * layout.test.ts holds this file against the BTF of the compiled program.
 */

export type FieldType = "u8" | "u16" | "u32" | "u64" | "be16" | "mac" | "ip" | "name" | "u16x16";

const SIZE: Record<FieldType, number> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  be16: 2,
  mac: 6,
  ip: 16,
  name: 16,
  u16x16: 32,
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
  /** 0 without an election, else 1 or 2: which set of `leased_addresses` holds. */
  elections: "u32",
  unused: "u32",
  /** Service keys of this generation are the live ones; a batch is one store here. */
  generation: "u32",
  /** 1 while there is no service at all: IPVS unhooks itself then (ip_vs_unregister_hooks()). */
  idle: "u8",
  /** 1 while some server is reached by NAT, so that packets may be replies. */
  nat: "u8",
  /** 1 while some service is of port 0, for every port. */
  port_zero: "u8",
  reserved: "u8",
  // The settings of one byte, side by side: one 8-byte store takes a change of several.
  /** IPVS conn_reuse_mode, bit 0 and bit 1 (ip_vs_core.c is_new_conn_expected). */
  conn_reuse_mode: "u8",
  /** IPVS sloppy_tcp: any packet but a RST may open a connection. */
  sloppy_tcp: "u8",
  /** IPVS expire_nodest_conn: a connection of a removed server ends with its next packet. */
  expire_nodest_conn: "u8",
  /** IPVS expire_quiescent_template: a template of a server of weight 0 is not followed. */
  expire_quiescent_template: "u8",
  /** Not 0 while the stricter state tables hold: IPVS secure_tcp 2 and 3. */
  secure_tcp: "u8",
  /** IPVS nat_icmp_send: a NAT server's packet of no connection is answered "port unreachable". */
  nat_icmp_send: "u8",
  /** IPVS pmtu_disc: the outer header of a tunnel keeps "do not fragment". */
  pmtu_disc: "u8",
  /** IPVS run_estimation: counters and rates of listings go on; the control plane's alone. */
  run_estimation: "u8",
  /** First of the rules in `marks`, and how many there are; one 4-byte store takes a new set. */
  marks_start: "u16",
  marks_count: "u16",
  /** IPVS lblc_expiration, in ticks: a destination not used for so long is forgotten. */
  lblc_expiration: "u32",
  /** IPVS lblcr_expiration, in ticks: likewise, and a set not changed for so long loses one. */
  lblcr_expiration: "u32",
});

/** A VRRP instance's lease (lease.ts), in ns of CLOCK_MONOTONIC; router 0 is a free slot. */
export const lease = layout("lease", 16, {
  until: "u64",
  ifindex: "u32",
  router: "u16",
  family: "u16",
});

/** A virtual address and the index of its lease; slot 0 is a free place. */
export const leasedAddress = layout("leased_address", 32, { address: "ip", slot: "u32" });

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
  /**
   * Of a template: how many connections it controls (IPVS n_control). Of a connection: 1 + the
   * index of the template that controls it, or 0.
   */
  control: "u32",
});

/** A virtual address and protocol that connections name by index: vip-table.ts. */
export const vip = layout("vip", 32, {
  address: "ip",
  protocol: "u8",
  /** What of a tuple it is the virtual side of: TUPLE_FLOW, TUPLE_TEMPLATE or TUPLE_REVERSE. */
  kind: "u8",
  /** VIP_FREE, VIP_WRITING, VIP_USED or VIP_LEAVING; 0 is free. */
  state: "u8",
});

/** A rule of `weir mark`: packets that fit all of it carry the mark. */
export const markRule = layout("mark_rule", 128, {
  source: "ip",
  destination: "ip",
  /** Prefix lengths, of the 16-byte forms: 96 more than those of IPv4. */
  source_prefix: "u8",
  destination_prefix: "u8",
  /** IP protocol number; 0 for TCP and UDP. */
  protocol: "u8",
  /** 4 or 6. */
  family: "u8",
  source_port_first: "u16",
  source_port_last: "u16",
  destination_port_first: "u16",
  destination_port_last: "u16",
  /** 0 for every interface; 0xffffffff, which none has, while there is none of the name below. */
  ifindex: "u32",
  mark: "u32",
  /** The interface's name as it was given, zeros behind it; the control plane's alone. */
  interface: "name",
});

/** Our own address on the way to a tunnel's end: the outer source. */
export const tunnelSource = layout("tunnel_source", 16, { address: "ip" });

/** The ports of a packet in fragments, from its first one: fragment.ts. */
export const fragment = layout("fragment", 64, {
  source: "ip",
  destination: "ip",
  /** IPv4 identification, or that of IPv6's fragment header, as it lies in the packet. */
  id: "u32",
  /** Source port, then destination port, as they lie in the packet. */
  ports: "u32",
  /** Tick of the first fragment. */
  seen: "u32",
  protocol: "u8",
  /** 1 when it holds a packet. */
  used: "u8",
});

/** What the service lookup is asked; with the value behind it, a slot of its table. */
export const serviceKey = layout("service_key", 24, {
  /** The VIP; a mark as ::ffff:mark; a NAT server's address. */
  address: "ip",
  port: "be16",
  /** 0 for a mark. */
  protocol: "u8",
  /** KEY_SERVICE, KEY_MARK4, KEY_MARK6 or KEY_NAT_SERVER. */
  kind: "u8",
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
  /** 0 for a mark, which is then the last four bytes of the address, in network order. */
  protocol: "u8",
  /** 4 or 6. */
  family: "u8",
  /** Persistence timeout in ticks, 0 when not persistent. */
  persistence: "u32",
  /** Persistence mask: for IPv4 the mask as it lies in a packet, for IPv6 the prefix length. */
  netmask: "u32",
  /** Index in vips; not of a mark's connections, which have any VIP. */
  vip: "u16",
  /** SERVICE_ONE_PACKET. */
  service_flags: "u16",
  /** Tick of the last new connection that was refused for want of room; 0 for never. */
  refused: "u32",
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
  /**
   * Entries of the ring behind the members, 0 without one: u16 places of members, sixteen a slot,
   * NO_MEMBER for none (dh, sh, mh).
   */
  ring: "u32",
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
  /** TUNNEL_CHECKSUM or TUNNEL_REMOTE_CHECKSUM. */
  tunnel_flags: "u16",
  /** Index in tunnel_sources. */
  tunnel_source: "u16",
  /** Bytes that a tunnel puts in front, so that a packet that fits is known at once. */
  overhead: "u16",
  /** 1 + the next record of the same NAT server address, port and protocol, or 0. */
  next_same: "u32",
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

/** Which servers a destination is sent to: the memory of lblc and lblcr (cache-route.ts). */
export const cacheRoute = layout("cache_route", 64, {
  address: "ip",
  service: "u32",
  /** Tick of the last use, and of the last change of the set. */
  used: "u32",
  changed: "u32",
  /** How many of the servers below are in the set; 0 when the entry is free. */
  count: "u32",
  servers: "u16x16",
});

/** What the sweep is told, and what it says. */
export const sweepSlice = layout("sweep_slice", 32, {
  first_bucket: "u32",
  buckets: "u32",
  now: "u32",
  expired: "u32",
  live: "u32",
});

/** Every shared array: name, bytes of an entry, and how many entries. */
export interface Dimensions {
  /** Buckets of eight connections. */
  readonly buckets: number;
  /** Twice as many as there may be, because a batch writes beside what is live. */
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
    // Two generations of keys, a quarter full: runs of probes stay short.
    service_slots: { bytes: serviceKey.size + serviceValue.size, entries: serviceSlots(d) },
    pools: { bytes: POOL_SLOT_BYTES, entries: d.poolSlots },
    servers: { bytes: server.size, entries: d.servers },
    loads: { bytes: load.size, entries: d.servers },
    stats: { bytes: stats.size, entries: d.servers * d.cpus },
    reasons: { bytes: 8, entries: REASONS_MAX * d.cpus },
    // One entry: the kernel lays those of an array out at multiples of 8 bytes.
    timeouts: { bytes: 4 * TIMEOUTS, entries: 1 },
    icmp_limits: { bytes: 8, entries: ICMP_LIMITS },
    marks: { bytes: markRule.size, entries: MARKS },
    tunnel_sources: { bytes: tunnelSource.size, entries: TUNNEL_SOURCES },
    fragments: { bytes: fragment.size, entries: fragmentEntries(d) },
    nat_filter: { bytes: NAT_FILTER_BITS / 8, entries: 1 },
    leases: { bytes: lease.size, entries: LEASES },
    leased_addresses: { bytes: leasedAddress.size, entries: 2 * LEASED_SLOTS },
    cache_routes: { bytes: cacheRoute.size, entries: cacheRouteEntries(d) },
  } as const;
}

/** Each service has a key in two generations, and each NAT server one of its own. */
export function serviceSlots(d: Pick<Dimensions, "services" | "servers">): number {
  return Math.max(64, 4 * d.services + 2 * d.servers);
}

/** Packets in fragments that are under way at once, at most. */
export function fragmentEntries({ buckets }: Pick<Dimensions, "buckets">): number {
  return Math.min(Math.max(64, buckets), 4096);
}

/** Destinations that lblc and lblcr remember: twice what makes the kernel forget some (S-15). */
export function cacheRouteEntries({ buckets }: Pick<Dimensions, "buckets">): number {
  return Math.min(Math.max(8, buckets), 32_768);
}

export type ArrayName = keyof ReturnType<typeof arrays>;
