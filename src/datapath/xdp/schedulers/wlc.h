/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Weighted least connection, as net/netfilter/ipvs/ip_vs_wlc.c: the least overhead / weight. */
#pragma once
#include "least.h"

static long wlc_step(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	if (draw_may_take(draw, member))
		least_by_weight(draw, member, load_overhead(member->server));
	return 0;
}

static __always_inline void wlc_draw(struct draw *draw)
{
	bpf_loop(draw->count, wlc_step, draw, 0);
}
