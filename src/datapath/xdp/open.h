/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A packet that belongs to no connection: a new one, or none of ours. open.ts is the specification.
 */
#pragma once
#include "service.h"
#include "persistence.h"
#include "reverse.h"
#include "forwarder.h"

/* tcp_conn_schedule(): only a SYN opens a connection, unless sloppy_tcp lets all but a RST. */
static __always_inline int opens(const struct packet *p, const struct control *control)
{
	if (p->fragment == FRAGMENT_LATER)
		return 0;
	if (p->tuple.protocol != IPPROTO_TCP)
		return 1;
	return ((p->tcp_flags & TCP_SYN) || control->sloppy_tcp) && !(p->tcp_flags & TCP_RST);
}

/* How long after the last flow without an entry a packet without one may belong to such a flow. */
static __always_inline int untracked_lately(const struct service *service)
{
	/*
	 * The lowest bit only says that it is set: with it the time may be a tick ahead of the
	 * clock.
	 */
	return service->untracked &&
	       ticks() - (service->untracked & ~1u) < timeout_of(STATE_ESTABLISHED);
}

/* The flow has no entry: its packets find the way by their hash as long as the pool is the same. */
static __always_inline int forward_untracked(struct xdp_md *ctx, struct packet *p,
					     const struct service *service, __u32 tag)
{
	__u32 index = scheduler_hash(service, tag);
	const struct server *server = table_at(&servers, index);

	if (index == NO_SERVER || !server)
		return icmp_error(ctx, p, REASON_NO_SERVER, 0);
	/* Replies to a mark's NAT connection find their way by an entry only. */
	if (server->method == METHOD_NAT && answers_by_reverse(service, server))
		return verdict(REASON_REFUSED);
	stats_count(index, p->length);
	return forward_first(ctx, p, index, REASON_UNTRACKED);
}

/* A NAT connection of a mark needs its second entry; without it, it has none. */
static __always_inline int reverse_missing(const struct tuple *t, const struct service *service,
					   const struct server *server, __u32 server_index,
					   __u32 index)
{
	return server->method == METHOD_NAT && answers_by_reverse(service, server) &&
	       !reverse_enter(t, server_index, index);
}

/* What is found out on the way, one a CPU: see struct scratch. */
struct opening {
	struct found_service found;
	struct persistent chosen;
	struct entry entry;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct opening);
} openings SEC(".maps");

/* ip_vs_schedule() */
static __always_inline int schedule(struct xdp_md *ctx, struct packet *p,
				    const struct place *place, int collides, struct opening *o,
				    const struct control *control)
{
	struct service *service = table_at(&services, o->found.service);
	struct persistent *chosen = &o->chosen;

	if (!service)
		return verdict(REASON_TABLES_BROKEN);
	if (!service->persistence || !template_find(&p->tuple, o->found.service, chosen)) {
		chosen->server = schedule_choose(&p->tuple, o->found.service, place->tag);
		chosen->template = service->persistence && chosen->server != NO_SERVER ?
					   template_enter(chosen->server) : -1;
	}

	const struct server *server = table_at(&servers, chosen->server);

	if (chosen->server == NO_SERVER || !server)
		return icmp_error(ctx, p, REASON_NO_SERVER, 0);
	if (service->service_flags & SERVICE_ONE_PACKET) {
		if (chosen->template >= 0)
			template_restart(chosen->template);
		stats_count_connection(chosen->server);
		stats_count(chosen->server, p->length);
		return forward_first(ctx, p, chosen->server, REASON_ONE_PACKET);
	}

	struct entry *entry = &o->entry;
	__u32 now = ticks();

	entry->server = chosen->server;
	entry->state = state_after(p, control, input_direction(server), STATE_NONE);
	entry->control = chosen->template + 1;
	entry->vip = o->found.vip;
	entry->collides = collides;

	int index = connection_new(&p->tuple, place, entry, now);

	if (index == ENTRY_REFUSED) {
		service->refused = now;
		return verdict(REASON_REFUSED);
	}
	if (index < 0) {
		service->untracked = ticks() | 1;
		return forward_untracked(ctx, p, service, place->tag);
	}
	if (chosen->template >= 0)
		connection_control(chosen->template, entry->state);
	if (reverse_missing(&p->tuple, service, server, chosen->server, index))
		return verdict(REASON_REFUSED);
	stats_count_connection(chosen->server);
	stats_count(chosen->server, p->length);
	return forward_first(ctx, p, chosen->server, REASON_SCHEDULED);
}

SUBPROGRAM int open_connection(struct xdp_md *ctx, struct packet *p, const struct place *place,
			       int collides)
{
	const struct control *control = control_line();
	struct opening *o = table_at(&openings, 0);

	if (!p || !place || !control || !o)
		return verdict(REASON_TABLES_BROKEN);
	if (!service_find(&p->tuple, ctx->ingress_ifindex, &o->found))
		return verdict(REASON_NOT_A_SERVICE);
	/* Who holds the lease need not wait for the kernel to have the address. */
	if (!(o->found.flags & VIP_LOCAL) && !lease_of(&p->tuple.virtual))
		return verdict(REASON_VIP_NOT_LOCAL);
	if (opens(p, control))
		return schedule(ctx, p, place, collides, o, control);

	const struct service *service = table_at(&services, o->found.service);

	if (service && untracked_lately(service))
		return forward_untracked(ctx, p, service, place->tag);
	return verdict(REASON_NOT_A_SYN);
}
