/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Weighted overflow, as net/netfilter/ipvs/ip_vs_ovf.c: the largest weight whose active connections
 * are no more than that. It is looked at before the new one counts, so a server gets weight + 1.
 */
#pragma once
#include "fo.h"

static long ovf_step(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	return load_active(member->server) > member->weight ? 0 : fo_step(i, draw);
}

static __always_inline void ovf_draw(struct draw *draw)
{
	draw->weight = 0;
	bpf_loop(draw->count, ovf_step, draw, 0);
}
