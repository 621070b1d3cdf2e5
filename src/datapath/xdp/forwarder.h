/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Stage 5, forwarder: direct routing. The frame goes to the real server's MAC address and keeps its
 * addresses; the server answers the client itself. forwarder.ts is the specification.
 */
#pragma once
#include "icmp-error.h"

static __always_inline void stats_count(__u32 server_index, __u32 bytes)
{
	struct stats *s = table_at(&stats, bpf_get_smp_processor_id() * servers_max + server_index);

	if (s) {
		s->in_packets++;
		s->in_bytes += bytes;
	}
}

static __always_inline void stats_count_connection(__u32 server_index)
{
	struct stats *s = table_at(&stats, bpf_get_smp_processor_id() * servers_max + server_index);

	if (s)
		s->connections++;
}

/* RFC 1141: one less in the TTL byte is 0x0100 more in the checksum, with the carry around. */
static __always_inline void ttl_decrement(struct iphdr *ip)
{
	__u32 check = ip->check;

	check += bpf_htons(0x0100);
	ip->check = check + (check >= 0xffff);
	ip->ttl--;
}

/* Why a packet cannot go to this server, or REASONS when it can. */
static __always_inline enum reason server_refuses(const struct server *server)
{
	if (server->flags & SERVER_LOCAL)
		return REASON_LOCAL_SERVER;
	if (server->flags & SERVER_UNREACHABLE)
		return REASON_UNREACHABLE;
	return server->flags & SERVER_READY ? REASONS : REASON_NO_NEXT_HOP;
}

static __always_inline int forward(struct xdp_md *ctx, struct packet *p,
				   const struct server *server, enum reason reason)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > (void *)(long)ctx->data_end)
		return verdict(REASON_MALFORMED);
	if ((server->flags & (SERVER_READY | SERVER_LOCAL | SERVER_UNREACHABLE)) != SERVER_READY) {
		enum reason refusal = server_refuses(server);

		if (refusal == REASON_UNREACHABLE)
			return icmp_error(ctx, p, REASON_UNREACHABLE, 0);
		return verdict(refusal);
	}
	/*
	 * __ip_vs_get_out_rt(): the route, then the TTL, then the MTU, with the TTL already less.
	 */
	if (ip->ttl <= 1)
		return icmp_error(ctx, p, REASON_TTL_EXCEEDED, 0);
	ttl_decrement(ip);
	if (p->length > server->mtu) {
		if (!(ip->frag_off & IP_DF))
			return icmp_error(ctx, p, REASON_TOO_BIG, server->mtu);
		return icmp_error(ctx, p, REASON_FRAG_NEEDED, server->mtu);
	}

	__builtin_memcpy(eth->h_dest, server->next_hop.bytes, ETH_ALEN);
	__builtin_memcpy(eth->h_source, server->source.bytes, ETH_ALEN);
	reason_count(reason);
	if (server->ifindex == ctx->ingress_ifindex)
		return XDP_TX;
	return bpf_redirect(server->ifindex, 0);
}

/* The same, off the common path: one copy of it is enough there. */
SUBPROGRAM int forward_first(struct xdp_md *ctx, struct packet *p, __u32 server_index,
			     __u32 reason)
{
	const struct server *server = table_at(&servers, server_index);

	if (!p || !server)
		return verdict(REASON_TABLES_BROKEN);
	return forward(ctx, p, server, reason);
}
