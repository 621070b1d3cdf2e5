/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Destination hashing, as net/netfilter/ipvs/ip_vs_dh.c: a ring of 256 places that the servers have
 * in turn, whatever their weight. Who has the destination's place takes the connection or nobody.
 */
#pragma once
#include "ring.h"

static __always_inline void dh_draw(struct draw *draw, const struct flow *flow)
{
	ring_take(draw, hash32(address_fold(flow->tuple->family, &flow->tuple->virtual), 8));
}
