/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Tunnels (ip_vs_tunnel_xmit()): the packet goes as it is inside another one to the real server,
 * which may be networks away, takes it out and answers the client itself. IP in IP (RFC 2003, RFC
 * 2473, RFC 4213), GRE or GUE. tun.ts is the specification.
 *
 * `family` of the outer header, `tunnel` and `summed` are constants wherever they are arguments:
 * each kind of tunnel has code of its own, without questions on its way.
 */
#pragma once
#include "passage.h"
#include "outer.h"
#include "gre.h"
#include "gue.h"

/* The protocol of the outer header. */
static __always_inline __u8 tunnel_protocol(const struct packet *p, __u8 tunnel)
{
	if (tunnel == TUNNEL_GRE)
		return IPPROTO_GRE;
	if (tunnel == TUNNEL_GUE)
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

/* Of what stands between the outer IP header and the packet. */
static __always_inline __u32 tunnel_header_bytes(__u8 tunnel, int summed)
{
	if (tunnel == TUNNEL_GRE)
		return summed ? sizeof(struct gre_header) : GRE_HEADER_MIN;
	return tunnel == TUNNEL_GUE ? sizeof(struct gue_header) : 0;
}

/*
 * Both headers, into the room that is there in front of the packet. 0 when it is not. `inner` is
 * the sum over the packet, where the tunnel has a checksum.
 */
static __always_inline int tunnel_write(struct xdp_md *ctx, const struct packet *p,
					const struct server *server, const struct ip *source,
					__u8 family, __u8 tunnel, int summed, __u64 inner)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u32 header = family == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	__u32 content = tunnel_header_bytes(tunnel, summed);
	const struct ip *destination = &server->address;
	__u8 protocol = tunnel_protocol(p, tunnel);
	struct ethernet *eth = data;
	void *ip = eth + 1, *at = ip + header;
	struct outer outer;
	__u64 ends;

	/* Reading what is inside also proves that there is room for what goes before it. */
	if (!outer_read(p, at + content, end, family, &outer))
		return 0;
	content += p->length;
	if (family == 4) {
		eth->type = bpf_htons(ETH_P_IP);
		outer_write_ipv4(ip, &outer, source, destination, protocol, header + content);
		ends = (__u64)source->words[3] + destination->words[3];
	} else {
		eth->type = bpf_htons(ETH_P_IPV6);
		outer_write_ipv6(ip, &outer, source, destination, protocol, content);
		ends = address_sum(source) + address_sum(destination);
	}
	if (tunnel == TUNNEL_GRE)
		gre_write(at, p, summed, inner);
	if (tunnel == TUNNEL_GUE)
		gue_write(at, p, server, summed, inner, ends);
	return 1;
}

static __always_inline int tunnel_send(struct xdp_md *ctx, const struct packet *p,
				       const struct server *server, enum reason reason,
				       __u8 family, __u8 tunnel, int summed)
{
	const struct tunnel_source *source = table_at(&tunnel_sources, server->tunnel_source);
	__u64 inner = summed ? inner_sum(ctx, p) : 0;
	int room = tunnel_header_bytes(tunnel, summed) +
		   (family == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr));

	if (!source || bpf_xdp_adjust_head(ctx, -room) ||
	    !tunnel_write(ctx, p, server, &source->address, family, tunnel, summed, inner))
		return verdict(REASON_TABLES_BROKEN);
	return passage_leave(ctx, server, reason);
}

static __always_inline int tunnel_through(struct xdp_md *ctx, const struct packet *p,
					  const struct server *server, enum reason reason,
					  __u8 family, int summed)
{
	if (server->tunnel == TUNNEL_GUE)
		return tunnel_send(ctx, p, server, reason, family, TUNNEL_GUE, summed);
	if (summed || server->tunnel == TUNNEL_GRE)
		return tunnel_send(ctx, p, server, reason, family, TUNNEL_GRE, summed);
	return tunnel_send(ctx, p, server, reason, family, TUNNEL_IPIP, 0);
}

static __always_inline int outer_is_ipv4(const struct server *server)
{
	const __u32 *address = server->address.words;

	return address[2] == bpf_htonl(0xffff) && !*(const __u64 *)address;
}

/* Tunnels with a checksum of their own, which few have. */
SUBPROGRAM int tun_forward_summed(struct xdp_md *ctx, struct packet *p, __u32 server_index,
				  __u32 reason)
{
	const struct server *server = table_at(&servers, server_index);

	if (!p || !server)
		return verdict(REASON_TABLES_BROKEN);
	if (outer_is_ipv4(server))
		return tunnel_through(ctx, p, server, reason, 4, 1);
	return tunnel_through(ctx, p, server, reason, 6, 1);
}

static __always_inline int tun_forward(struct xdp_md *ctx, struct packet *p, __u32 server_index,
				       const struct server *server, enum reason reason)
{
	if (tunnel_is_summed(server))
		return tun_forward_summed(ctx, p, server_index, reason);
	if (outer_is_ipv4(server))
		return tunnel_through(ctx, p, server, reason, 4, 0);
	return tunnel_through(ctx, p, server, reason, 6, 0);
}
