/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Stage 5, forwarder: how a packet gets to its server, one file a method in forwarders/.
 * forwarder.ts is the specification.
 */
#pragma once
#include "stats.h"
#include "forwarders/dr.h"
#include "forwarders/nat.h"
#include "forwarders/tun.h"

static __always_inline int forward(struct xdp_md *ctx, struct packet *p, __u32 server_index,
				   const struct server *server, enum reason reason)
{
	if (server->method == METHOD_NAT && nat_port_is_elsewhere(p, server))
		return verdict(REASON_LOCAL_PORT);
	if (!passage_hold(ctx, p, server))
		return passage_refuse(ctx, p, server_index);
	if (server->method == METHOD_NAT)
		return nat_forward(ctx, p, server, reason);
	if (server->method == METHOD_TUN)
		return tun_forward(ctx, p, server_index, server, reason);
	return dr_forward(ctx, server, reason);
}

/* The same, off the common path: one copy of it is enough there. */
SUBPROGRAM int forward_first(struct xdp_md *ctx, struct packet *p, __u32 server_index,
			     __u32 reason)
{
	const struct server *server = table_at(&servers, server_index);

	if (!p || !server)
		return verdict(REASON_TABLES_BROKEN);
	return forward(ctx, p, server_index, server, reason);
}
