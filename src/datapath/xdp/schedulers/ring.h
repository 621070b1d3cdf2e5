/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What the schedulers with a ring have in common: dh, sh and mh. ring.ts is the specification. */
#pragma once
#include "../draw.h"
#include "../hash32.h"

/* Whoever has the place, if he may take a connection. 0 when nobody has it. */
static __always_inline int ring_take(struct draw *draw, __u32 place)
{
	const struct pool_member *member = draw_ring(draw, place);

	if (!member)
		return 0;
	if (draw_may_take(draw, member))
		draw->server = member->server;
	return 1;
}

/* The client's port where the flag of sh-port and mh-port asks for it, else 0. */
static __always_inline __u32 ring_port(const struct draw *draw, const struct flow *flow)
{
	return draw->flags & POOL_PORTS ? bpf_ntohs(CLIENT_PORT(flow->tuple)) : 0;
}
