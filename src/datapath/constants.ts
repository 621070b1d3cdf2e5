/**
 * The numbers of the tables: bits of words, flags, sizes that are fixed. Re-exported by layout.ts;
 * layout.test.ts holds them against those of xdp/layout.h.
 */

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

/** Servers of one destination at most, u16 records behind a cache_route's fields (lblcr). */
export const CACHE_ROUTE_SERVERS = 16;

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
/** IP_VS_SVC_F_SCHED1: sh-fallback, mh-fallback. */
export const POOL_FALLBACK = 2;
/** IP_VS_SVC_F_SCHED2: sh-port, mh-port. */
export const POOL_PORTS = 4;
/** Where the three flags of ipvsadm -b stand in a pool's flags, the first of them lowest. */
export const POOL_FLAGS_SHIFT = 1;
export const NO_MEMBER = 0xffff;

/** What a tuple stands for: a flow, a persistence template, a reply to a mark's NAT connection. */
export const TUPLE_FLOW = 0;
export const TUPLE_TEMPLATE = 1;
export const TUPLE_REVERSE = 2;

export const KEY_SERVICE = 0;
export const KEY_MARK4 = 1;
export const KEY_MARK6 = 2;
export const KEY_NAT_SERVER = 3;

/** One-packet scheduling: ipvsadm -o. */
export const SERVICE_ONE_PACKET = 1;

/** How packets reach a server: IP_VS_CONN_F_FWD_MASK. */
export const METHOD_NAT = 0;
export const METHOD_TUN = 2;
export const METHOD_DR = 3;

/** What a record of vips is: VIP_LEAVING is no longer given out, and free when nobody names it. */
export const VIP_FREE = 0;
export const VIP_WRITING = 1;
export const VIP_USED = 2;
export const VIP_LEAVING = 3;
/** Records that a lookup of a virtual side goes through. */
export const VIP_PROBES = 32;

/** How a server is tunnelled to: IP_VS_CONN_F_TUNNEL_TYPE_*. */
export const TUNNEL_IPIP = 0;
export const TUNNEL_GUE = 1;
export const TUNNEL_GRE = 2;
export const TUNNEL_CHECKSUM = 1;
export const TUNNEL_REMOTE_CHECKSUM = 2;

/** Flags of a service value: the VIP is an address of this host (IPVS works in LOCAL_IN only). */
export const VIP_LOCAL = 1;
/** The slot holds a key. */
export const SLOT_USED = 2;
/** It held one, and others lie behind it. */
export const SLOT_REMOVED = 4;
/** Slots that a lookup goes through at most. */
export const SERVICE_PROBES = 32;

export const SERVICE_USED = 1;

/** Leases of VRRP instances; slot 0 is nobody's. */
export const LEASES = 512;

/** Places of the leased addresses of one election set, of which there are two. */
export const LEASED_SLOTS = 1024;

/** Places that are looked at for a leased address: the set is at most half full. */
export const LEASED_PROBES = 16;

export const POOL_SLOT_BYTES = 32;
export const POOL_SLOT_MEMBERS = 4;
/** Places of a ring that a slot holds. */
export const POOL_SLOT_PLACES = 16;
export const INTERFACES = 256;
export const TIMEOUTS = 64;
export const ICMP_LIMITS = 4096;
export const MARKS = 512;
export const TUNNEL_SOURCES = 256;
/** Bits of the filter that tells addresses that may be a NAT server's from those that are not. */
export const NAT_FILTER_BITS = 4096;
export const REASONS_MAX = 64;

/** Time in the tables: 2^20 ns, so that the data path divides by a shift. Wraps after 52 days. */
export const TICK_SHIFT = 20n;
export const TICKS_PER_SECOND = 1e9 / 2 ** 20;
