/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Locality-based least connection, as net/netfilter/ipvs/ip_vs_lblc.c: a destination stays with its
 * server, for the sake of that one's cache, until it is crowded and another one has room.
 */
#pragma once
#include "../cache-route.h"
#include "wlc.h"

/* bpf_loop: a member with less than half as many active connections as its weight. */
static long room_step(__u32 i, struct draw *draw)
{
	const struct pool_member *member = draw_member(draw, i);

	if (!member)
		return 1;
	draw->position = 2ull * load_active(member->server) < member->weight;
	return draw->position;
}

/* More active connections than its weight, while another has less than half of its own. */
static __always_inline int is_crowded(struct draw *draw, __u32 server)
{
	if (load_active(server) <= route_weight(server))
		return 0;
	draw->position = 0;
	bpf_loop(draw->count, room_step, draw, 0);
	return draw->position;
}

static __always_inline void lblc_draw(struct draw *draw, const struct flow *flow)
{
	struct cache_route *route = route_find(flow);
	__u32 now = ticks();

	if (route) {
		__u32 kept = route->servers[0];

		route->used = now;
		if (route_serves(flow->service, kept) && !is_crowded(draw, kept)) {
			draw->server = kept;
			return;
		}
	}
	wlc_draw(draw);
	if (draw->server != NO_SERVER)
		route_begin(flow, draw->server, now);
}
