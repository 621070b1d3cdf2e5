/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The data path: packet, service, scheduler, connection, forwarder. Each stage is a header of the
 * same name, and a TypeScript file of the same name one folder up is its executable specification.
 *
 * The common packet, one of a connection that is known, meets: the control line, its bucket, its
 * server's line and two counters. All else is off that path, in functions that are not static: the
 * verifier looks at each of those once, whoever calls it.
 */
#include "lease.h"
#include "packet.h"
#include "connection.h"
#include "connection-change.h"
#include "service.h"
#include "scheduler.h"
#include "forwarder.h"
#include "open.h"
#include "reply.h"
#include "related.h"
#include "sweep.h"

/*
 * ip_vs_in_hook(): whether the entry that was found is to be forgotten, and the packet scheduled.
 */
static __always_inline int reschedule(const struct packet *p, const struct control *control,
				      const struct connection *c, const struct server *server)
{
	if (!(p->tcp_flags & TCP_SYN))
		return 0;
	return (control->expire_nodest_conn && !server->weight) ||
	       connection_is_over(WORD_STATE(c->value), control->conn_reuse_mode,
				  server_has_no_output(server));
}

/* The connection is over or its server gone: the packet opens another. */
static __always_inline int reopen(struct xdp_md *ctx, struct packet *p, const struct place *place,
				  struct connection *c)
{
	connection_remove(c->index, c->value);
	return open_connection(ctx, p, place, (c->value & COLLIDES) != 0);
}

static __always_inline int opens_tcp(const struct packet *p)
{
	return p->tuple.protocol == IPPROTO_TCP && (p->tcp_flags & TCP_SYN);
}

/* A client's packet. */
static __always_inline int receive_request(struct xdp_md *ctx, struct packet *p,
					   const struct control *control)
{
	struct place place;
	struct connection c;
	int found, collides;

	connection_place(&p->tuple, &place);
	/* A SYN must know whose entry it meets; for other packets the tag is proof enough. */
	if (opens_tcp(p)) {
		connection_warm(&place);
		found = connection_find(&p->tuple, &place, &c, &collides);
		if (found)
			found = connection_exact(&p->tuple, &place, &c, &collides);
	} else {
		found = connection_find(&p->tuple, &place, &c, &collides);
	}
	if (!found) {
		if (collides)
			connection_mark_collisions(&place);
		return open_connection(ctx, p, &place, collides);
	}

	const struct server *server = table_at(&servers, WORD_SERVER(c.value));

	if (!server)
		return verdict(REASON_TABLES_BROKEN);
	if (reschedule(p, control, &c, server)) {
		reason_count(EVENT_RESCHEDULED);
		return reopen(ctx, p, &place, &c);
	}
	if (!(server->flags & SERVER_AVAILABLE)) {
		if (control->idle)
			return verdict(REASON_NOT_A_SERVICE);
		/* Only the flow's own packets end it, and not those of another that has its tag. */
		if (!control->expire_nodest_conn || !connection_is(&p->tuple, c.index, c.value))
			return verdict(REASON_SERVER_REMOVED);
		return reopen(ctx, p, &place, &c);
	}
	connection_touch(&p->tuple, &c,
			 state_after(p, control, input_direction(server), WORD_STATE(c.value)));
	stats_count(WORD_SERVER(c.value), p->length);
	return forward(ctx, p, WORD_SERVER(c.value), server, REASON_FORWARDED);
}

SEC("xdp") int weir(struct xdp_md *ctx)
{
	const struct control *control = control_line();
	struct packet p = {};

	if (!control)
		return verdict(REASON_TABLES_BROKEN);
	if (control->elections && lease_silences(ctx))
		return verdict(REASON_NO_LEASE);

	enum reason stop = packet_parse(ctx, &p);

	if (stop != REASONS)
		return verdict(stop);
	if (p.fragment && !fragment_ports(&p))
		return verdict(REASON_FRAGMENT);
	if (p.tuple.protocol == IPPROTO_ICMP || p.tuple.protocol == IPPROTO_ICMP6)
		return receive_related(ctx, &p);
	if (control->nat && reply_may_be(&p)) {
		int answer = receive_reply(ctx, &p);

		if (answer != NO_REPLY)
			return answer;
	}
	return receive_request(ctx, &p, control);
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
