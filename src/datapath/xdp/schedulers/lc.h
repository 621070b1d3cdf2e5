/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Least connection, as net/netfilter/ipvs/ip_vs_lc.c: the least overhead; the newest wins a tie. */
#pragma once
#include "../draw.h"

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
