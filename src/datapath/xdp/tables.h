/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The tables. All are arrays that the control plane maps into its memory; it sets their sizes,
 * and the constants below, before it loads the program.
 */
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "layout.h"

/*
 * A function that the verifier looks at on its own, once, whoever calls it. Weak, so that the
 * compiler takes it as it is declared: an argument that it would leave out, the verifier misses.
 */
#define SUBPROGRAM __attribute__((noinline, weak))

/*
 * Secrets of the connection hash, drawn when the tables are made, so that nobody can aim at a
 * bucket.
 */
const volatile __u32 hash_keys[HASH_KEYS];
const volatile __u32 buckets = 1;
const volatile __u32 servers_max = 1;
const volatile __u32 service_slots_max = 1;
const volatile __u32 services_max = 1;
const volatile __u32 vips_max = 1;
const volatile __u32 fragments_max = 1;
const volatile __u32 cache_routes_max = 1;
/* 1 where the CPU lets others see its stores in their order: x86. */
const volatile __u32 stores_in_order;

#define SHARED_ARRAY(name_, value_)                   \
	struct {                                      \
		__uint(type, BPF_MAP_TYPE_ARRAY);     \
		__uint(map_flags, BPF_F_MMAPABLE);    \
		__uint(max_entries, 1);               \
		__type(key, __u32);                   \
		__type(value, value_);                \
	} name_ SEC(".maps")

SHARED_ARRAY(control, struct control);
SHARED_ARRAY(ifaces, struct iface);
SHARED_ARRAY(connections, struct bucket);
SHARED_ARRAY(connections_cold, struct connection_cold);
SHARED_ARRAY(vips, struct vip);
SHARED_ARRAY(services, struct service);
SHARED_ARRAY(service_slots, struct service_slot);
SHARED_ARRAY(pools, union pool_slot);
SHARED_ARRAY(servers, struct server);
SHARED_ARRAY(loads, struct load);
SHARED_ARRAY(stats, struct stats);
SHARED_ARRAY(reasons, __u64);
SHARED_ARRAY(timeouts, struct timeouts);
SHARED_ARRAY(icmp_limits, __u64);
SHARED_ARRAY(marks, struct mark_rule);
SHARED_ARRAY(tunnel_sources, struct tunnel_source);
SHARED_ARRAY(fragments, struct fragment);
SHARED_ARRAY(nat_filter, struct nat_filter);
SHARED_ARRAY(cache_routes, struct cache_route);
SHARED_ARRAY(leases, struct lease);
SHARED_ARRAY(leased_addresses, struct leased_address);

static __always_inline void *table_at(void *table, __u32 index)
{
	return bpf_map_lookup_elem(table, &index);
}

/* Ticks of 2^20 ns of the coarse monotonic clock: ktime_get_coarse_ns(). */
static __always_inline __u32 ticks(void)
{
	return bpf_ktime_get_coarse_ns() >> TICK_SHIFT;
}

/* How long an entry lives in a state without a packet, in ticks. */
static __always_inline __u32 timeout_of(__u32 state)
{
	const struct timeouts *all = table_at(&timeouts, 0);

	return all ? all->ticks[state % TIMEOUTS] : 0;
}

static __always_inline const struct control *control_line(void)
{
	return table_at(&control, 0);
}
