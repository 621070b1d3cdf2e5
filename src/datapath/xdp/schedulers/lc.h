/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Least connection, as net/netfilter/ipvs/ip_vs_lc.c: the least overhead; the newest wins a tie. */
#pragma once

/* ip_vs_dest_conn_overhead(): an active connection weighs 257, an inactive one 1. */
static __always_inline __u64 load_overhead(__u32 server)
{
	const struct load *load = table_at(&loads, server);

	if (!load)
		return 0;
	return ((__u64)load->active << 8) + load->active + load->inactive;
}

static long lc_step(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	if (!draw_may_take(draw, member))
		return 0;

	__u64 overhead = load_overhead(member->server);

	if (draw->server == NO_SERVER || overhead < draw->overhead) {
		draw->server = member->server;
		draw->overhead = overhead;
	}
	return 0;
}

static __always_inline void lc_draw(struct draw *draw)
{
	bpf_loop(draw->count, lc_step, draw, 0);
}
