/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Round robin, as net/netfilter/ipvs/ip_vs_rr.c: the next one after the last, once around. */
#pragma once
#include "../draw.h"

static long rr_step(__u32 i, struct draw *draw)
{
	__u32 at = draw->position + i;

	if (at >= draw->count)
		at -= draw->count;

	const struct pool_member *member = draw_member(draw, at);

	if (!member)
		return 1;
	if (!draw_may_take(draw, member))
		return 0;
	draw->server = member->server;
	draw->member = at;
	return 1;
}

static __always_inline void rr_draw(struct memory *memory, struct draw *draw)
{
	draw->position = memory->cursor < draw->count ? memory->cursor : 0;
	/* The next one will do nearly always; the way around is for when it will not. */
	if (!rr_step(0, draw))
		bpf_loop(draw->count, rr_step, draw, 0);
	if (draw->server != NO_SERVER)
		memory->cursor = draw->member + 1;
}
