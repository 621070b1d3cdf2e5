/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ICMP messages. Errors about connections go the way of the packets that they answer
 * (ip_vs_in_icmp(), ip_vs_out_icmp()), so that hosts find the MTU of the path and learn what is
 * unreachable. They do not change the connection. All else is the host's own. related.ts is the
 * specification.
 */
#pragma once
#include "reply.h"
#include "rewrite-related.h"
#include "tunnel-error.h"

/* No verdict: the error is about none of ours. */
#define NOT_RELATED (-1)

/* About a packet that a server sent to its client from the VIP: it goes to that server. */
SUBPROGRAM int related_to_answer(struct xdp_md *ctx, struct packet *p, const struct quoted *q)
{
	const struct control *control = control_line();
	struct exact exact = {};
	struct place place;
	struct tuple t;

	if (!p || !q || !control)
		return verdict(REASON_TABLES_BROKEN);
	tuple_reverse(&q->tuple, &t);
	connection_place(&t, &place);
	if (!connection_find_exact(&t, &place, &exact))
		return NOT_RELATED;
	if (!icmp_checksum_holds(ctx, p))
		return verdict(REASON_MALFORMED);
	if (!lease_holds(control))
		return verdict(REASON_NO_LEASE);

	__u32 index = WORD_SERVER(exact.value);
	const struct server *server = table_at(&servers, index);

	if (!server)
		return verdict(REASON_TABLES_BROKEN);
	stats_count(index, p->length);
	if (server->method == METHOD_NAT)
		return nat_forward_related(ctx, p, server, q);
	return forward_first(ctx, p, index, REASON_RELATED);
}

/* The packet is changed, and on its way to the client. */
SUBPROGRAM int related_send(struct xdp_md *ctx, struct packet *p, const struct quoted *q,
			    const struct nat_flow *flow)
{
	struct bpf_fib_lookup fib;
	enum way way;
	int stop;

	if (!p || !q || !flow)
		return verdict(REASON_TABLES_BROKEN);
	if (!client_way(ctx, p, flow, &fib, &way, &stop))
		return stop;
	if (!related_rewrite(ctx, p, q, SOURCE, &flow->tuple.virtual, VIRTUAL_PORT(&flow->tuple)))
		return verdict(REASON_TABLES_BROKEN);
	return client_send(ctx, p, flow, &fib, way, REASON_RELATED);
}

/* About a request that NAT had sent to a server: it goes to the client, as from the VIP. */
SUBPROGRAM int related_to_request(struct xdp_md *ctx, struct packet *p, const struct quoted *q)
{
	const struct control *control = control_line();
	struct nat_flow flow = {};

	if (!p || !q || !control)
		return verdict(REASON_TABLES_BROKEN);
	if (!control->nat || !nat_server_may_be(&q->tuple.virtual))
		return NOT_RELATED;
	flow.tuple = q->tuple;
	flow.address = q->tuple.virtual;
	flow.port = VIRTUAL_PORT(&q->tuple);
	if (!nat_flow_find(&flow))
		return NOT_RELATED;
	if (!icmp_checksum_holds(ctx, p))
		return verdict(REASON_MALFORMED);
	return related_send(ctx, p, q, &flow);
}

SUBPROGRAM int receive_related(struct xdp_md *ctx, struct packet *p)
{
	const struct control *control = control_line();
	struct quoted q = {};
	int followed = NOT_RELATED;

	if (!p || !control)
		return verdict(REASON_TABLES_BROKEN);
	/* Without any service IPVS has no hooks. */
	if (p->fragment || !icmp_is_error(ctx, p) || control->idle)
		return verdict(REASON_OTHER_PROTOCOL);
	if (quoted_read(ctx, p, quote_start(p), &q)) {
		followed = related_to_answer(ctx, p, &q);
		if (followed == NOT_RELATED)
			followed = related_to_request(ctx, p, &q);
	}
	if (followed == NOT_RELATED)
		followed = tunnel_error(ctx, p, &q);
	return followed == NOT_RELATED ? verdict(REASON_OTHER_PROTOCOL) : followed;
}
