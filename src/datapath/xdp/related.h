/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ICMP messages. Errors about connections go the way of the packets that they answer
 * (ip_vs_in_icmp(), ip_vs_out_icmp()), so that hosts find the MTU of the path and learn what is
 * unreachable. They do not change the connection. All else is the host's own. related.ts is the
 * specification.
 */
#pragma once
#include "forwarders/nat.h"
#include "reply.h"
#include "rewrite-related.h"
#include "tunnel-error.h"

/* 1 + the server that sent the quoted packet to its client from the VIP, or 0. */
SUBPROGRAM __u32 answer_find(const struct quoted *q)
{
	struct exact exact = {};
	struct place place;
	struct tuple t;

	if (!q)
		return 0;
	tuple_reverse(&q->flow.tuple, &t);
	connection_place(&t, &place);
	return connection_find_exact(&t, &place, &exact) ? WORD_SERVER(exact.value) + 1 : 0;
}

/* The error is about a server's packet: it goes to that server. */
static __always_inline int answer_error_send(struct xdp_md *ctx, struct packet *p,
					     const struct quoted *q, __u32 index)
{
	const struct server *server = table_at(&servers, index);

	if (!server)
		return verdict(REASON_TABLES_BROKEN);
	stats_count(index, p->length);
	if (server->method == METHOD_NAT)
		return nat_forward_related(ctx, p, index, q);
	return forward_first(ctx, p, index, REASON_RELATED);
}

/* Whether the quoted packet is a request that NAT had sent to a server; `q` says of which. */
static __always_inline int request_find(const struct control *control, struct quoted *q)
{
	if (!control->nat || !nat_server_may_be(&q->flow.tuple.virtual))
		return 0;

	q->flow.port = VIRTUAL_PORT(&q->flow.tuple);
	return nat_flow_find(&q->flow);
}

/* The error is about a request: it goes to the client, as from the VIP. */
SUBPROGRAM int request_error_send(struct xdp_md *ctx, struct packet *p, const struct quoted *q)
{
	struct bpf_fib_lookup fib;
	enum way way;
	int stop;

	if (!p || !q)
		return verdict(REASON_TABLES_BROKEN);
	if (!client_way(ctx, p, &q->flow, &fib, &way, &stop))
		return stop;
	if (!related_rewrite(ctx, p, q, SOURCE, &q->flow.tuple.virtual,
			     VIRTUAL_PORT(&q->flow.tuple)))
		return verdict(REASON_TABLES_BROKEN);
	return client_send(ctx, p, &q->flow, &fib, way, REASON_RELATED);
}

enum related { RELATED_TO_NONE, RELATED_TO_ANSWER, RELATED_TO_REQUEST, RELATED_TO_TUNNEL };

/* What the error is about; `server` is 1 + its server but for requests. */
static __always_inline enum related related_find(struct xdp_md *ctx, const struct packet *p,
						 const struct control *control, struct quoted *q,
						 __u32 *server, __u32 *rest)
{
	if (quoted_read(ctx, p, quote_start(p), q)) {
		*server = answer_find(q);
		if (*server)
			return RELATED_TO_ANSWER;
		if (request_find(control, q))
			return RELATED_TO_REQUEST;
	}
	*server = tunnel_find(ctx, p, q, rest);
	return *server ? RELATED_TO_TUNNEL : RELATED_TO_NONE;
}

/* What the message at hand quotes, one a CPU: see struct scratch. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct quoted);
} quotes SEC(".maps");

SUBPROGRAM int receive_related(struct xdp_md *ctx, struct packet *p)
{
	const struct control *control = control_line();
	struct quoted *q = table_at(&quotes, 0);
	__u32 server = 0, rest = 0;

	if (!p || !control || !q)
		return verdict(REASON_TABLES_BROKEN);
	__builtin_memset(q, 0, sizeof(*q));
	/* Without any service IPVS has no hooks. */
	if (p->fragment || !icmp_is_error(ctx, p) || control->idle)
		return verdict(REASON_OTHER_PROTOCOL);

	enum related related = related_find(ctx, p, control, q, &server, &rest);

	if (related == RELATED_TO_NONE)
		return verdict(REASON_OTHER_PROTOCOL);
	if (!icmp_checksum_holds(ctx, p))
		return verdict(REASON_BAD_CHECKSUM);
	if (related == RELATED_TO_ANSWER)
		return answer_error_send(ctx, p, q, server - 1);
	if (related == RELATED_TO_REQUEST)
		return request_error_send(ctx, p, q);
	return tunnel_error_send(ctx, p, q, server - 1, rest);
}
