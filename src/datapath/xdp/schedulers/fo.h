/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Weighted fail-over, as net/netfilter/ipvs/ip_vs_fo.c: the largest weight takes all. */
#pragma once
#include "../draw.h"

static long fo_step(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	if (draw_may_take(draw, member) && member->weight > draw->weight) {
		draw->server = member->server;
		draw->weight = member->weight;
	}
	return 0;
}

static __always_inline void fo_draw(struct draw *draw)
{
	draw->weight = 0;
	bpf_loop(draw->count, fo_step, draw, 0);
}
