/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Which servers a destination goes to: the memory of lblc and lblcr, in one bounded table for all
 * services. A destination that finds its places taken has that of the one that was not used for
 * longest. cache-route.ts is the specification.
 */
#pragma once
#include "draw.h"

#define ROUTE_PROBES 4

/* Multiply-shift, keyed with the tables' secrets. */
static __always_inline __u32 route_home(const struct flow *flow)
{
	const __u32 *w = flow->tuple->virtual.words;
	__u32 sum = (flow->service + hash_keys[4]) * (hash_keys[9] | 1);

	#pragma unroll
	for (int i = 0; i < 4; i++)
		sum += (w[i] + hash_keys[i]) * (hash_keys[i + 5] | 1);
	return ((__u64)sum * cache_routes_max) >> 32;
}

static __always_inline struct cache_route *route_at(__u32 home, __u32 i)
{
	return table_at(&cache_routes, (home + i) % cache_routes_max);
}

static __always_inline struct cache_route *route_find(const struct flow *flow)
{
	__u32 home = route_home(flow);

	for (int i = 0; i < ROUTE_PROBES; i++) {
		struct cache_route *route = route_at(home, i);

		if (route && route->count && route->service == flow->service &&
		    ip_same(&route->address, &flow->tuple->virtual))
			return route;
	}
	return NULL;
}

/* A free place, or that of the destination that was not used for longest, the first of equals. */
static __always_inline struct cache_route *route_room(const struct flow *flow, __u32 now)
{
	__u32 home = route_home(flow), best = 0;
	__u64 longest = 0;

	for (int i = 0; i < ROUTE_PROBES; i++) {
		const struct cache_route *route = route_at(home, i);

		if (!route)
			continue;

		/* One more than unused, so that the first counts at all; a free one beats all. */
		__u64 unused = route->count ? (__u64)(now - route->used) + 1 : 1ull << 32 | 1;

		if (unused > longest) {
			longest = unused;
			best = i;
		}
	}
	return route_at(home, best);
}

/* The destination's servers begin anew with this one; what it had goes. */
static __always_inline void route_begin(const struct flow *flow, __u32 server, __u32 now)
{
	struct cache_route *route = route_find(flow);

	if (!route)
		route = route_room(flow, now);
	if (!route)
		return;
	*(volatile __u32 *)&route->count = 0;
	route->address = flow->tuple->virtual;
	route->service = flow->service;
	route->used = now;
	route->changed = now;
	__builtin_memset(route->servers, 0, sizeof(route->servers));
	route->servers[0] = server;
	*(volatile __u32 *)&route->count = 1;
}

/*
 * Whether the server is one of the service's still, and not quiesced. The record of one that is
 * gone may be another service's by now.
 */
static __always_inline int route_serves(__u32 service, __u32 index)
{
	const struct server *server = table_at(&servers, index);

	return server && (server->flags & SERVER_AVAILABLE) && server->service == service &&
	       server->weight;
}

static __always_inline __u32 route_weight(__u32 index)
{
	const struct server *server = table_at(&servers, index);

	return server ? server->weight : 0;
}
