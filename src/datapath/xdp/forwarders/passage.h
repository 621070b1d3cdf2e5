/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What every forwarding method has in common. passage.ts is the specification. */
#pragma once
#include "../icmp-error.h"
#include "../time-to-live.h"

/* Whether IPVS would have it fragmented: without DF, or in a tunnel that does not keep it. */
static __always_inline enum reason too_big(struct xdp_md *ctx, const struct packet *p,
					   const struct server *server)
{
	const struct control *control = control_line();

	if (may_fragment(ctx, p) ||
	    (p->tuple.family == 4 && server->overhead && control && !control->pmtu_disc))
		return REASON_TOO_BIG;
	return REASON_FRAG_NEEDED;
}

/* The verdict of a packet that cannot go to its server; passage_hold() says which cannot. */
SUBPROGRAM int passage_refuse(struct xdp_md *ctx, struct packet *p, __u32 server_index)
{
	const struct server *server = table_at(&servers, server_index);

	if (!p || !server)
		return verdict(REASON_TABLES_BROKEN);
	if (server->flags & SERVER_LOCAL)
		return verdict(REASON_LOCAL_SERVER);
	if (server->flags & SERVER_UNREACHABLE)
		return icmp_error(ctx, p, REASON_UNREACHABLE, 0);
	if (!(server->flags & SERVER_READY))
		return verdict(REASON_NO_NEXT_HOP);
	if (time_to_live(ctx, p) <= 1)
		return icmp_error(ctx, p, REASON_TTL_EXCEEDED, 0);
	time_to_live_decrement(ctx, p);
	return icmp_error(ctx, p, too_big(ctx, p, server),
			  server->mtu > server->overhead ? server->mtu - server->overhead : 0);
}

/*
 * 1 when the packet may go to the server, with its TTL already less; else passage_refuse() has its
 * verdict. As in __ip_vs_get_out_rt(): the route, then the TTL, then the MTU.
 */
static __always_inline int passage_hold(struct xdp_md *ctx, const struct packet *p,
					const struct server *server)
{
	if ((server->flags & (SERVER_READY | SERVER_LOCAL | SERVER_UNREACHABLE)) != SERVER_READY ||
	    time_to_live(ctx, p) <= 1 || (__u32)p->length + server->overhead > server->mtu)
		return 0;
	time_to_live_decrement(ctx, p);
	return 1;
}

/* An Ethernet header in halves: the kernel's is packed, and would be copied byte by byte. */
struct ethernet {
	__u16 destination[ETH_ALEN / 2];
	__u16 source[ETH_ALEN / 2];
	__be16 type;
};

/* To the server's next hop, from our interface on the way there. */
static __always_inline int passage_leave(struct xdp_md *ctx, const struct server *server,
					 enum reason reason)
{
	struct ethernet *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return verdict(REASON_TABLES_BROKEN);

	const void *next_hop = __builtin_assume_aligned(&server->next_hop, 2);
	const void *source = __builtin_assume_aligned(&server->source, 2);

	__builtin_memcpy(eth->destination, next_hop, ETH_ALEN);
	__builtin_memcpy(eth->source, source, ETH_ALEN);
	reason_count(reason);
	if (server->ifindex == ctx->ingress_ifindex)
		return XDP_TX;
	return bpf_redirect(server->ifindex, 0);
}
