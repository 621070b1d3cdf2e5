/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The power of two choices, as net/netfilter/ipvs/ip_vs_twos.c: of two servers drawn by weight, the
 * one of less overhead for its weight.
 *
 * The kernel draws at random. Here both draws follow from the flow's tag, which is as good: a keyed
 * hash that nobody can aim, and every flow has its own.
 */
#pragma once
#include "../draw.h"

static long twos_total(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	if (draw_may_take(draw, member))
		draw->total += member->weight;
	return 0;
}

/* The first at which the weights so far reach the number. */
static long twos_step(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	if (!draw_may_take(draw, member))
		return 0;
	draw->server = member->server;
	draw->weight = member->weight;
	if (draw->total <= member->weight)
		return 1;
	draw->total -= member->weight;
	return 0;
}

/* From 0 to the total inclusive, as the kernel has it: the first server has a little more. */
static __always_inline void twos_pick(struct draw *draw, __u32 tag, __u32 which, __u64 total)
{
	draw->total = hash_finish((__u64)tag << 32 | which) % (total + 1);
	bpf_loop(draw->count, twos_step, draw, 0);
}

static __always_inline void twos_draw(struct draw *draw, const struct flow *flow)
{
	draw->total = 0;
	bpf_loop(draw->count, twos_total, draw, 0);

	__u64 total = draw->total;

	if (!total)
		return;
	twos_pick(draw, flow->tag, 1, total);

	__u32 first = draw->server, weight = draw->weight;

	twos_pick(draw, flow->tag, 2, total);
	if (draw->weight * load_overhead(first) <= weight * load_overhead(draw->server))
		draw->server = first;
}
