/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Maglev hashing (Eisenbud et al., NSDI 2016), as net/netfilter/ipvs/ip_vs_mh.c on a 64-bit kernel.
 * The control plane has filled the ring. With the fallback flag, if the one with the client's place
 * may not take the connection, it is hashed again with the offsets that follow.
 */
#pragma once
#include "ring.h"
#include "../siphash.h"

#define MAGLEV_KEY 2654435761ull

static __always_inline __u32 mh_hash(const struct draw *draw, __u32 offset)
{
	return hsiphash(offset + draw->key, MAGLEV_KEY) % draw->ring;
}

/* bpf_loop: the places that the offsets after the first hash lead to. */
static long mh_step(__u32 i, struct draw *draw)
{
	if (!ring_take(draw, mh_hash(draw, (i + draw->position) % draw->ring)))
		return 1;
	return draw->server != NO_SERVER;
}

static __always_inline void mh_draw(struct draw *draw, const struct flow *flow)
{
	if (!draw->ring)
		return;
	draw->key = ring_port(draw, flow) +
		    address_fold(flow->tuple->family, &flow->tuple->client);
	draw->position = mh_hash(draw, 0);
	ring_take(draw, draw->position);
	if (draw->server == NO_SERVER && (draw->flags & POOL_FALLBACK))
		bpf_loop(draw->ring, mh_step, draw, 0);
}
