/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Source hashing, as net/netfilter/ipvs/ip_vs_sh.c: a ring of 256 places, of which each server has
 * as many in a row as it has weight. With the fallback flag, if the one with the client's place may
 * not take the connection, those who have the places that follow may.
 */
#pragma once
#include "ring.h"

#define SH_RING_BITS 8
#define SH_RING_MASK ((1 << SH_RING_BITS) - 1)

static __always_inline __u32 sh_hash(const struct draw *draw, __u32 offset)
{
	return (offset + hash32(draw->key, SH_RING_BITS)) & SH_RING_MASK;
}

/* bpf_loop: the places that the offsets after the first hash lead to. */
static long sh_step(__u32 i, struct draw *draw)
{
	if (!ring_take(draw, sh_hash(draw, (i + draw->position) % (SH_RING_MASK + 1))))
		return 1;
	return draw->server != NO_SERVER;
}

static __always_inline void sh_draw(struct draw *draw, const struct flow *flow)
{
	draw->key = ring_port(draw, flow) +
		    address_fold(flow->tuple->family, &flow->tuple->client);
	draw->position = sh_hash(draw, 0);
	ring_take(draw, draw->position);
	if (draw->server == NO_SERVER && (draw->flags & POOL_FALLBACK))
		bpf_loop(draw->ring, sh_step, draw, 0);
}
