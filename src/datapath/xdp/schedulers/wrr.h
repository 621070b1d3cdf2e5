/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Weighted round robin, as net/netfilter/ipvs/ip_vs_wrr.c: rounds over the members with a falling
 * weight to reach, from the largest down in steps of their greatest common divisor. Where the
 * kernel goes round with every weight in between, this goes straight to the next one that somebody
 * reaches.
 */
#pragma once
#include "../draw.h"

/* From the position on: the first that reaches the weight; meanwhile the largest that may take. */
static long wrr_step(__u32 i, struct draw *draw)
{
	__u32 at = draw->position + i;
	const struct pool_member *member = draw_member(draw, at);

	if (!member || at >= draw->count)
		return 1;
	if (!draw_may_take(draw, member))
		return 0;
	if (member->weight > draw->weight_largest)
		draw->weight_largest = member->weight;
	if (member->weight < draw->weight)
		return 0;
	draw->server = member->server;
	draw->member = at;
	return 1;
}

static __always_inline void wrr_round(struct draw *draw, __u32 position, __u32 weight)
{
	draw->position = position;
	draw->weight = weight;
	draw->weight_largest = 0;
	bpf_loop(draw->count - position, wrr_step, draw, 0);
}

/* The weight after this one: one step down, or the largest again at the end. */
static __always_inline __u32 wrr_next_weight(const struct pool_header *header, __u32 weight)
{
	return weight > header->weight_gcd ? weight - header->weight_gcd : header->weight_max;
}

static __always_inline void wrr_draw(const struct pool_header *header, struct memory *memory,
				     struct draw *draw)
{
	__u32 position = memory->cursor < draw->count ? memory->cursor : draw->count;
	__u32 weight = memory->weight;

	if (!header->weight_max || !header->weight_gcd)
		return;
	wrr_round(draw, position, weight);
	if (draw->server == NO_SERVER) {
		weight = wrr_next_weight(header, weight);
		wrr_round(draw, 0, weight);
	}
	if (draw->server == NO_SERVER && draw->weight_largest) {
		/* Nobody reaches it: down to the first weight of the series that somebody does. */
		__u32 over = weight - draw->weight_largest;

		weight -= (over + header->weight_gcd - 1) / header->weight_gcd * header->weight_gcd;
		wrr_round(draw, 0, weight);
	}
	if (draw->server != NO_SERVER) {
		memory->cursor = draw->member + 1;
		memory->weight = weight;
	}
}
