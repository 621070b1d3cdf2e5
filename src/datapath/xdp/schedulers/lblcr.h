/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Locality-based least connection with replication, as net/netfilter/ipvs/ip_vs_lblcr.c: a
 * destination has a set of servers, which grows while they are crowded and shrinks when it has not
 * changed for long. The kernel's set has no bound; this one has CACHE_ROUTE_SERVERS.
 */
#pragma once
#include "lblc.h"

/* One pass over a set. */
struct route_pass {
	struct cache_route *route;
	__u32 best; /* or NO_SERVER */
	__u32 at;   /* its place */
};

static __always_inline __u32 route_server(const struct cache_route *route, __u32 i)
{
	return i < route->count && i < CACHE_ROUTE_SERVERS ? route->servers[i] : NO_SERVER;
}

/* Whether the first has less overhead for its weight than the second. */
static __always_inline int is_lighter(__u32 a, __u32 b)
{
	return load_overhead(b) * route_weight(a) > load_overhead(a) * route_weight(b);
}

static __always_inline int is_overloaded(__u32 server)
{
	const struct load *load = table_at(&loads, server);

	return load && load->overloaded;
}

/* ip_vs_dest_set_min(): the least overhead / weight of those that take connections. */
static long route_least(__u32 i, struct route_pass *pass)
{
	__u32 server = route_server(pass->route, i);

	if (server == NO_SERVER)
		return 1;
	if (!route_serves(pass->route->service, server) || is_overloaded(server))
		return 0;
	if (pass->best == NO_SERVER || is_lighter(server, pass->best))
		pass->best = server;
	return 0;
}

/* ip_vs_dest_set_max(): the largest; one of weight 0 does not count. */
static long route_most(__u32 i, struct route_pass *pass)
{
	__u32 server = route_server(pass->route, i);

	if (server == NO_SERVER)
		return 1;
	if (!route_weight(server))
		return 0;
	if (pass->best == NO_SERVER || is_lighter(pass->best, server)) {
		pass->best = server;
		pass->at = i;
	}
	return 0;
}

/* bpf_loop: whether the set has this server. */
static long route_has(__u32 i, struct route_pass *pass)
{
	__u32 server = route_server(pass->route, i);

	pass->at = server == pass->best;
	return server == NO_SERVER || pass->at;
}

/* The servers after the one that goes move up. */
static __always_inline void route_erase(struct cache_route *route, __u32 at, __u32 now)
{
	#pragma unroll
	for (int i = 0; i < CACHE_ROUTE_SERVERS - 1; i++)
		if (i >= at)
			route->servers[i] = route->servers[i + 1];
	route->servers[CACHE_ROUTE_SERVERS - 1] = 0;
	route->count--;
	route->used = now;
	route->changed = now;
}

/* At the head; from a full set the oldest goes. */
static __always_inline void route_insert(struct cache_route *route, __u32 server, __u32 now)
{
	#pragma unroll
	for (int i = CACHE_ROUTE_SERVERS - 1; i > 0; i--)
		route->servers[i] = route->servers[i - 1];
	route->servers[0] = server;
	if (route->count < CACHE_ROUTE_SERVERS)
		route->count++;
	route->used = now;
	route->changed = now;
}

/* A set that did not change for long gives up its most loaded server. */
static __always_inline void route_shrink(struct cache_route *route, __u32 now)
{
	struct route_pass most = { .route = route, .best = NO_SERVER };
	const struct control *control = control_line();

	if (!control || route->count < 2 || now - route->changed <= control->lblcr_expiration)
		return;
	bpf_loop(CACHE_ROUTE_SERVERS, route_most, &most, 0);
	if (most.best != NO_SERVER)
		route_erase(route, most.at, now);
}

static __always_inline void lblcr_draw(struct draw *draw, const struct flow *flow)
{
	struct cache_route *route = route_find(flow);
	struct route_pass pass = { .route = route, .best = NO_SERVER };
	__u32 now = ticks();

	if (route) {
		route->used = now;
		bpf_loop(CACHE_ROUTE_SERVERS, route_least, &pass, 0);
		route_shrink(route, now);
		if (pass.best != NO_SERVER && !is_crowded(draw, pass.best)) {
			draw->server = pass.best;
			return;
		}
	}
	wlc_draw(draw);
	if (draw->server == NO_SERVER)
		return;
	if (!route) {
		route_begin(flow, draw->server, now);
		return;
	}
	pass.best = draw->server;
	pass.at = 0;
	bpf_loop(CACHE_ROUTE_SERVERS, route_has, &pass, 0);
	if (!pass.at)
		route_insert(route, draw->server, now);
}
