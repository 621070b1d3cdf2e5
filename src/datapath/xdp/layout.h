/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The bytes of every table: the same records as layout.ts, under the same names. A test holds the
 * two together through this object's BTF. Integers are the CPU's own; addresses and ports stay in
 * network byte order, so that they compare with a packet as they lie.
 */
#pragma once
#include <linux/types.h>

struct mac { __u8 bytes[6]; };
struct ip { __u32 words[4]; };

/* One line that every packet reads: may this director forward, and how. */
struct control {
	__u32 elections;
	__u32 unused;
	__u32 generation;
	__u8 idle;
	__u8 nat;
	__u8 port_zero;
	__u8 reserved;
	__u8 conn_reuse_mode;
	__u8 sloppy_tcp;
	__u8 expire_nodest_conn;
	__u8 expire_quiescent_template;
	__u8 secure_tcp;
	__u8 nat_icmp_send;
	__u8 pmtu_disc;
	__u8 run_estimation;
	__u16 marks_start;
	__u16 marks_count;
	__u32 lblc_expiration;
	__u32 lblcr_expiration;
	__u8 padding[28];
};

/* A VRRP instance's lease: ns of CLOCK_MONOTONIC. */
struct lease {
	__u64 until;
	__u32 ifindex;
	__u16 router;
	__u16 family;
};

/* A virtual address that is held by a lease; slot 0 is a free place. */
struct leased_address {
	struct ip address;
	__u32 slot;
	__u32 padding[3];
};

struct iface {
	struct mac mac;
	__u16 mtu;
	__u32 ifindex;
	__u32 reserved;
};

struct connection_cold {
	struct ip client;
	__be16 client_port;
	__be16 virtual_port;
	__u16 vip;
	__u16 flags;
	__u32 seen;
	__u32 control;
};

struct vip {
	struct ip address;
	__u8 protocol;
	__u8 kind;
	__u8 state;
	__u8 padding[13];
};

struct mark_rule {
	struct ip source;
	struct ip destination;
	__u8 source_prefix;
	__u8 destination_prefix;
	__u8 protocol;
	__u8 family;
	__u16 source_port_first;
	__u16 source_port_last;
	__u16 destination_port_first;
	__u16 destination_port_last;
	__u32 ifindex;
	__u32 mark;
	__u8 interface[16];
	__u8 padding[60];
};

struct tunnel_source {
	struct ip address;
};

struct fragment {
	struct ip source;
	struct ip destination;
	__u32 id;
	__u32 ports;
	__u32 seen;
	__u8 protocol;
	__u8 used;
	__u8 padding[18];
};

struct service_key {
	struct ip address;
	__be16 port;
	__u8 protocol;
	__u8 kind;
	__u32 generation;
};

struct service_value {
	__u32 service;
	__u16 vip;
	__u16 flags;
};

struct service_slot {
	struct service_key key;
	struct service_value value;
};

struct service {
	__u64 pool;
	__u64 scheduler_state;
	__u32 untracked;
	__u32 flags;
	struct ip address;
	__be16 port;
	__u8 protocol;
	__u8 family;
	__u32 persistence;
	__u32 netmask;
	__u16 vip;
	__u16 service_flags;
	__u32 refused;
	__u8 padding[4];
};

struct pool_header {
	__u32 count;
	__u32 generation;
	__u8 scheduler;
	__u8 flags;
	__u16 reserved;
	__u32 weight_max;
	__u32 weight_gcd;
	__u32 start_cursor;
	__u32 start_weight;
	__u32 ring;
};

struct pool_member {
	__u32 server;
	__u32 weight;
};

/*
 * A pool is one slot of header, then its members, four a slot, then its ring, sixteen a slot. What
 * lies behind it is the control plane's alone (pool.ts).
 */
#define POOL_SLOT_MEMBERS 4
#define POOL_SLOT_PLACES 16
union pool_slot {
	struct pool_header header;
	struct pool_member members[POOL_SLOT_MEMBERS];
	__u16 ring[POOL_SLOT_PLACES];
};

struct server {
	struct mac next_hop;
	__u16 flags;
	struct mac source;
	__u16 mtu;
	__u32 ifindex;
	__u32 service;
	struct ip address;
	__be16 port;
	__u8 method;
	__u8 tunnel;
	__u16 upper_threshold;
	__u16 lower_threshold;
	__u32 weight;
	__be16 tunnel_port;
	__u16 tunnel_flags;
	__u16 tunnel_source;
	__u16 overhead;
	__u32 next_same;
};

struct load {
	__u32 active;
	__u32 inactive;
	__u32 persistent;
	__u32 overloaded;
};

struct stats {
	__u64 connections;
	__u64 in_packets;
	__u64 out_packets;
	__u64 in_bytes;
	__u64 out_bytes;
	__u8 padding[24];
};

#define TIMEOUTS 64
#define CACHE_ROUTE_SERVERS 16

struct cache_route {
	struct ip address;
	__u32 service;
	__u32 used;
	__u32 changed;
	__u32 count;
	__u16 servers[CACHE_ROUTE_SERVERS];
};

struct sweep_slice {
	__u32 first_bucket;
	__u32 buckets;
	__u32 now;
	__u32 expired;
	__u32 live;
	__u8 padding[12];
};

/* Eight hot words, one cache line. A word: tag 32 | flags 8 | state 8 | server 16. */
#define BUCKET_WORDS 8
struct bucket { __u64 words[BUCKET_WORDS]; };

#define WORD_SERVER(word) ((__u32)(word) & 0xffff)
#define WORD_STATE(word) (((__u32)(word) >> 16) & 0xff)
#define WORD_TAG(word) ((__u32)((word) >> 32))
#define WORD_STATE_SHIFT 16
#define WORD_TAG_SHIFT 32

/* Flags of a hot word, in place. */
#define TOUCHED (1ull << 24)
#define FRESH (2ull << 24)
#define COLLIDES (4ull << 24)

/* Flags of a server. */
#define SERVER_AVAILABLE 1
#define SERVER_READY 2
#define SERVER_LOCAL 4
#define SERVER_UNREACHABLE 8

/* Flags of a service value. */
#define VIP_LOCAL 1
#define SLOT_USED 2
#define SLOT_REMOVED 4
#define SERVICE_PROBES 32

/* Flags of a pool. */
#define POOL_THRESHOLDS 1
#define POOL_FALLBACK 2
#define POOL_PORTS 4
#define NO_MEMBER 65535

/* What a tuple stands for. */
#define TUPLE_FLOW 0
#define TUPLE_TEMPLATE 1
#define TUPLE_REVERSE 2

/* What a service key is a key of. */
#define KEY_SERVICE 0
#define KEY_MARK4 1
#define KEY_MARK6 2
#define KEY_NAT_SERVER 3

#define SERVICE_ONE_PACKET 1

/* How packets reach a server: IP_VS_CONN_F_FWD_MASK. */
#define METHOD_NAT 0
#define METHOD_TUN 2
#define METHOD_DR 3

/* What a record of vips is. */
#define VIP_FREE 0
#define VIP_WRITING 1
#define VIP_USED 2
#define VIP_LEAVING 3
#define VIP_PROBES 32

/* How a server is tunnelled to. */
#define TUNNEL_IPIP 0
#define TUNNEL_GUE 1
#define TUNNEL_GRE 2
#define TUNNEL_CHECKSUM 1
#define TUNNEL_REMOTE_CHECKSUM 2

#define LEASES 512
#define LEASED_SLOTS 1024
#define LEASED_PROBES 16
#define INTERFACES 256
#define ICMP_LIMITS 4096
#define MARKS 512
#define TUNNEL_SOURCES 256
#define NAT_FILTER_BITS 4096
#define REASONS_MAX 64
#define HASH_KEYS 10
#define TICK_SHIFT 20

/* Ticks that an entry lives in each state. One entry: the kernel lays those of an array out at
 * multiples of 8 bytes. */
struct timeouts { __u32 ticks[TIMEOUTS]; };
struct nat_filter { __u64 words[NAT_FILTER_BITS / 64]; };
