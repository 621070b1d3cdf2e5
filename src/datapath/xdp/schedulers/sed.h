/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Shortest expected delay, as net/netfilter/ipvs/ip_vs_sed.c: the least (active + 1) / weight. Only
 * active connections count, and the one to come.
 */
#pragma once
#include "least.h"

static long sed_step(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	if (draw_may_take(draw, member))
		least_by_weight(draw, member, (__u64)load_active(member->server) + 1);
	return 0;
}

static __always_inline void sed_draw(struct draw *draw)
{
	bpf_loop(draw->count, sed_step, draw, 0);
}
