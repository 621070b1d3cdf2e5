/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Masquerading (ip_vs_nat_xmit()): the packet's destination becomes the server, whose answers come
 * back through here (reply.h). forwarders/nat.ts is the specification.
 */
#pragma once
#include "passage.h"
#include "../rewrite-related.h"
#include "../server-address.h"

/* The director's own stack takes the packet as it is, so that another port is out of reach. */
static __always_inline int nat_port_is_elsewhere(const struct packet *p,
						 const struct server *server)
{
	return (server->flags & SERVER_LOCAL) && server->port &&
	       server->port != VIRTUAL_PORT(&p->tuple);
}

static __always_inline int nat_forward(struct xdp_md *ctx, const struct packet *p,
				       const struct server *server, enum reason reason)
{
	__be16 port = server_port(server, VIRTUAL_PORT(&p->tuple));

	if (!rewrite(ctx, p, DESTINATION, &server->address, port))
		return verdict(REASON_TABLES_BROKEN);
	return passage_leave(ctx, server, reason);
}

/* The same of an ICMP error about a packet that the server sent: ip_vs_icmp_xmit(). */
SUBPROGRAM int nat_forward_related(struct xdp_md *ctx, struct packet *p, __u32 server_index,
				   const struct quoted *q)
{
	const struct server *server = table_at(&servers, server_index);

	if (!p || !q || !server)
		return verdict(REASON_TABLES_BROKEN);

	/* The quoted packet came from the virtual side. */
	__be16 port = server_port(server, CLIENT_PORT(&q->flow.tuple));

	if (!passage_hold(ctx, p, server))
		return passage_refuse(ctx, p, server_index);
	if (!related_rewrite(ctx, p, q, DESTINATION, &server->address, port))
		return verdict(REASON_TABLES_BROKEN);
	return passage_leave(ctx, server, REASON_RELATED);
}
