/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The data path: packet, service, scheduler, connection, forwarder. Each stage is a header of the
 * same name, and a TypeScript file of the same name one folder up is its executable specification.
 *
 * The common packet, one of a connection that is known, meets: the control line, its bucket, its
 * server's line and two counters. All else is off that path.
 */
#include "packet.h"
#include "service.h"
#include "connection.h"
#include "connection-new.h"
#include "connection-change.h"
#include "scheduler.h"
#include "forwarder.h"
#include "sweep.h"

static __always_inline int lease_holds(const struct control *control)
{
	return control->lease == LEASE_FOREVER || control->lease > bpf_ktime_get_coarse_ns();
}

/*
 * ip_vs_in_hook(): whether the entry that was found is to be forgotten, and the packet scheduled.
 */
static __always_inline int reschedule(const struct packet *p, const struct control *control,
				      const struct connection *c, const struct server *server)
{
	if (!(p->tcp_flags & TCP_SYN))
		return 0;
	return (control->expire_nodest_conn && !server->weight) ||
	       connection_is_over(WORD_STATE(c->value), control->conn_reuse_mode);
}

/* tcp_conn_schedule(): only a SYN opens a connection, unless sloppy_tcp lets all but a RST. */
static __always_inline int opens(const struct packet *p, const struct control *control)
{
	if (p->protocol != IPPROTO_TCP)
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

static __always_inline int forward_untracked(struct xdp_md *ctx, const struct packet *p,
					     struct service *service, __u32 tag)
{
	__u32 index = scheduler_hash(service, tag);
	const struct server *server = table_at(&servers, index);

	if (index == NO_SERVER || !server)
		return icmp_error(ctx, p, REASON_NO_SERVER, 0);
	stats_count(index, p->length);
	return forward_first(ctx, p, server, REASON_UNTRACKED);
}

/* A packet that belongs to no connection: a new one, or none of ours. */
static __always_inline int open_connection(struct xdp_md *ctx, const struct packet *p,
					   const struct place *place, int collides)
{
	const struct control *control = control_line();
	const struct service_value *found;

	if (!control)
		return verdict(REASON_TABLES_BROKEN);
	found = service_find(p, control);
	if (!found)
		return verdict(REASON_NOT_A_SERVICE);
	if (!(found->flags & VIP_LOCAL))
		return verdict(REASON_VIP_NOT_LOCAL);
	if (!lease_holds(control))
		return verdict(REASON_NO_LEASE);
	if (p->first_fragment)
		return verdict(REASON_FRAGMENT_OF_SERVICE);

	struct service *service = table_at(&services, found->service);

	if (!service)
		return verdict(REASON_TABLES_BROKEN);
	if (!opens(p, control)) {
		if (untracked_lately(service))
			return forward_untracked(ctx, p, service, place->tag);
		return verdict(REASON_NOT_A_SYN);
	}

	__u32 index = scheduler_choose(service);
	const struct server *server = table_at(&servers, index);

	if (index == NO_SERVER || !server)
		return icmp_error(ctx, p, REASON_NO_SERVER, 0);
	if (!connection_new(p, place, index, found->vip, collides)) {
		service->untracked = ticks() | 1;
		return forward_untracked(ctx, p, service, place->tag);
	}
	stats_count_connection(index);
	stats_count(index, p->length);
	return forward(ctx, p, server, REASON_SCHEDULED);
}

/* The same for who had one that is over: rare, so a call may do, and calls are dear. */
static __noinline int reopen_connection(struct xdp_md *ctx, const struct packet *p,
					const struct place *place, int collides)
{
	return open_connection(ctx, p, place, collides);
}

static __always_inline int opens_tcp(const struct packet *p)
{
	return p->protocol == IPPROTO_TCP && (p->tcp_flags & TCP_SYN);
}

SEC("xdp") int weir(struct xdp_md *ctx)
{
	struct packet p;
	struct place place;
	struct connection c;
	int found, collides;
	enum reason stop = packet_parse(ctx, &p);

	if (stop != REASONS)
		return verdict(stop);
	connection_place(&p, &place);
	if (opens_tcp(&p))
		connection_warm(&place);
	found = connection_find(&p, &place, &c, &collides);
	/* A SYN must know whose entry it meets; for other packets the tag is proof enough. */
	if (found && opens_tcp(&p)) {
		collides = connection_find_exact(&p, &place, &c);
		found = c.word != NULL;
	}
	if (!found) {
		if (collides)
			connection_mark_collisions(&place);
		return open_connection(ctx, &p, &place, collides);
	}

	const struct control *control = control_line();
	const struct server *server = table_at(&servers, WORD_SERVER(c.value));

	if (!control || !server)
		return verdict(REASON_TABLES_BROKEN);
	if (!lease_holds(control))
		return verdict(REASON_NO_LEASE);
	if (reschedule(&p, control, &c, server)) {
		connection_end(&c);
		reason_count(EVENT_RESCHEDULED);
		return reopen_connection(ctx, &p, &place, (c.value & COLLIDES) != 0);
	}
	if (!(server->flags & SERVER_AVAILABLE)) {
		if (control->idle)
			return verdict(REASON_NOT_A_SERVICE);
		if (!control->expire_nodest_conn)
			return verdict(REASON_SERVER_REMOVED);
		connection_end(&c);
		return reopen_connection(ctx, &p, &place, (c.value & COLLIDES) != 0);
	}
	connection_touch(&p, &c);
	stats_count(WORD_SERVER(c.value), p.length);
	return forward(ctx, &p, server, REASON_FORWARDED);
}

SEC("syscall") int sweep(struct sweep_slice *asked)
{
	struct sweep_slice slice = { .first_bucket = asked->first_bucket, .now = asked->now };

	bpf_loop(asked->buckets, sweep_bucket, &slice, 0);
	asked->expired = slice.expired;
	asked->live = slice.live;
	return 0;
}

char _license[] SEC("license") = "Dual MIT/GPL";
