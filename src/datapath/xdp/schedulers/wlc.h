/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Weighted least connection, as net/netfilter/ipvs/ip_vs_wlc.c: the least overhead / weight,
 * compared by cross multiplication; the newest wins a tie.
 */
#pragma once
#include "../draw.h"

static long wlc_step(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	if (!draw_may_take(draw, member))
		return 0;

	__u64 overhead = load_overhead(member->server);

	if (draw->server == NO_SERVER ||
	    draw->overhead * member->weight > overhead * draw->weight) {
		draw->server = member->server;
		draw->overhead = overhead;
		draw->weight = member->weight;
	}
	return 0;
}

static __always_inline void wlc_draw(struct draw *draw)
{
	bpf_loop(draw->count, wlc_step, draw, 0);
}
