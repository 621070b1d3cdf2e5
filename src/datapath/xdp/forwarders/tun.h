/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Tunnels (ip_vs_tunnel_xmit()): the packet goes as it is inside another one to the real server,
 * which may be networks away, takes it out and answers the client itself. IP in IP (RFC 2003, RFC
 * 2473, RFC 4213), GRE or GUE. tun.ts is the specification.
 */
#pragma once
#include "passage.h"
#include "outer.h"
#include "gre.h"
#include "gue.h"

/* The protocol of the outer header. */
static __always_inline __u8 tunnel_protocol(const struct packet *p, const struct server *server)
{
	if (server->tunnel == TUNNEL_GRE)
		return IPPROTO_GRE;
	if (server->tunnel == TUNNEL_GUE)
		return IPPROTO_UDP;
	return p->tuple.family == 4 ? IPPROTO_IPIP : IPPROTO_IPV6;
}

static __always_inline int tunnel_is_summed(const struct server *server)
{
	if (server->tunnel == TUNNEL_GRE)
		return server->tunnel_flags & TUNNEL_CHECKSUM;
	return server->tunnel == TUNNEL_GUE &&
	       (server->tunnel_flags & (TUNNEL_CHECKSUM | TUNNEL_REMOTE_CHECKSUM));
}

/* What stands between the outer IP header and the packet. 0 when it does not fit the frame. */
static __always_inline int tunnel_header_write(void *at, const void *end, const struct packet *p,
					       const struct server *server, __u64 inner,
					       __u64 ends)
{
	int summed = tunnel_is_summed(server);

	if (server->tunnel == TUNNEL_GRE) {
		struct gre_header *gre = at;

		if ((void *)(gre + 1) > end)
			return 0;
		gre_write(gre, p, summed, inner);
	} else if (server->tunnel == TUNNEL_GUE) {
		struct gue_header *gue = at;

		if ((void *)(gue + 1) > end)
			return 0;
		gue_write(gue, p, server, summed, inner, ends);
	}
	return 1;
}

/* Both headers, into the room that is there in front of the packet. 0 when it is not. */
static __always_inline int tunnel_write(struct xdp_md *ctx, const struct packet *p,
					const struct server *server, const struct outer *outer,
					__u64 inner)
{
	const struct tunnel_source *source = table_at(&tunnel_sources, server->tunnel_source);
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	struct iphdr *ip = (void *)(eth + 1);
	struct ipv6hdr *ip6 = (void *)(eth + 1);
	__u8 protocol = tunnel_protocol(p, server);
	__u32 content = (__u32)server->overhead + p->length;

	if (!source)
		return 0;
	if (outer_is_ipv4(server)) {
		__u64 ends = (__u64)source->address.words[3] + server->address.words[3];

		if ((void *)(ip + 1) > end)
			return 0;
		eth->h_proto = bpf_htons(ETH_P_IP);
		outer_write_ipv4(ip, outer, &source->address, &server->address, protocol,
				 content - sizeof(*ip));
		return tunnel_header_write(ip + 1, end, p, server, inner, ends);
	}
	if ((void *)(ip6 + 1) > end)
		return 0;
	eth->h_proto = bpf_htons(ETH_P_IPV6);
	outer_write_ipv6(ip6, outer, &source->address, &server->address, protocol,
			 content - sizeof(*ip6));
	return tunnel_header_write(ip6 + 1, end, p, server, inner,
				   address_sum(&source->address) + address_sum(&server->address));
}

SUBPROGRAM int tun_forward(struct xdp_md *ctx, struct packet *p, __u32 server_index, __u32 reason)
{
	const struct server *server = table_at(&servers, server_index);
	const struct control *control = control_line();
	struct outer outer;
	__u64 inner = 0;

	if (!p || !server)
		return verdict(REASON_TABLES_BROKEN);
	if (!control || !outer_read(ctx, p, server, control->pmtu_disc, &outer))
		return verdict(REASON_TABLES_BROKEN);
	if (tunnel_is_summed(server))
		inner = inner_sum(ctx, p);
	if (bpf_xdp_adjust_head(ctx, -(int)server->overhead) ||
	    !tunnel_write(ctx, p, server, &outer, inner))
		return verdict(REASON_TABLES_BROKEN);
	return passage_leave(ctx, server, reason);
}
