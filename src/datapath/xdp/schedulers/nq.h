/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Never queue, as net/netfilter/ipvs/ip_vs_nq.c: the first that is idle, however small its weight;
 * without one as sed.
 */
#pragma once
#include "sed.h"

static long nq_step(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	if (!draw_may_take(draw, member) || load_active(member->server))
		return 0;
	draw->server = member->server;
	return 1;
}

static __always_inline void nq_draw(struct draw *draw)
{
	bpf_loop(draw->count, nq_step, draw, 0);
	if (draw->server == NO_SERVER)
		sed_draw(draw);
}
