/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What a real server carries: the counts by which it is scheduled. load.ts is the specification. */
#pragma once
#include "state.h"

/*
 * Active and inactive are one 64-bit word, so that a connection that moves between them is one add.
 */
#define ONE_ACTIVE 1ull
#define ONE_INACTIVE (1ull << 32)

static __always_inline __u64 load_share(__u32 state)
{
	return state_is_active(state) ? ONE_ACTIVE : ONE_INACTIVE;
}

/* Templates are counted apart, reverse entries not at all. The counts after the change. */
static __always_inline __u64 load_add(struct load *load, __u64 change)
{
	return __sync_fetch_and_add((__u64 *)load, change) + change;
}

static __always_inline __u64 load_change(struct load *load, __u32 state, __u64 sign)
{
	if (state_is_template(state))
		__sync_fetch_and_add(&load->persistent, (__u32)sign);
	else if (state != STATE_REVERSE)
		return load_add(load, sign * load_share(state));
	return *(volatile __u64 *)load;
}

static __always_inline __u32 load_total(__u64 counts)
{
	return (__u32)counts + (__u32)(counts >> 32);
}

/* ip_vs_bind_dest(): a server at its upper threshold takes no more. */
static __always_inline void load_bind(const struct server *server, __u32 index, __u32 state)
{
	struct load *load = table_at(&loads, index);

	if (!load)
		return;

	__u32 total = load_total(load_change(load, state, 1));

	if (server->upper_threshold && total >= server->upper_threshold)
		load->overloaded = 1;
}

/*
 * ip_vs_unbind_dest(): it takes some again below the lower threshold, or, without one, below three
 * quarters of the upper.
 */
static __always_inline void load_unbind(__u32 index, __u32 state)
{
	const struct server *server = table_at(&servers, index);
	struct load *load = table_at(&loads, index);

	if (!server || !load)
		return;

	__u32 total = load_total(load_change(load, state, -1ull));

	if (server->lower_threshold) {
		if (total < server->lower_threshold)
			load->overloaded = 0;
	} else if (server->upper_threshold) {
		if (total * 4 < (__u32)server->upper_threshold * 3)
			load->overloaded = 0;
	} else if (load->overloaded) {
		load->overloaded = 0;
	}
}

static __always_inline void load_move(__u32 index, __u32 from, __u32 to)
{
	struct load *load = table_at(&loads, index);

	if (load && state_is_active(from) != state_is_active(to))
		load_add(load, load_share(to) - load_share(from));
}

/* ip_vs_dest_conn_overhead(): an active connection weighs 257, an inactive one 1. */
static __always_inline __u64 load_overhead(__u32 server)
{
	const struct load *load = table_at(&loads, server);

	if (!load)
		return 0;
	return ((__u64)load->active << 8) + load->active + load->inactive;
}

static __always_inline __u32 load_active(__u32 server)
{
	const struct load *load = table_at(&loads, server);

	return load ? load->active : 0;
}
