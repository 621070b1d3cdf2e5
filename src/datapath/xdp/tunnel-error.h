/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ICMP errors about packets that we sent through a tunnel (ip_vs_in_icmp(), inventory F-11). Who
 * sent them knows nothing of the packet inside, and the client nothing of the tunnel: the client
 * gets an error of our own about its packet. IPv4 in IPv4 only, as in IPVS. tunnel-error.ts is the
 * specification.
 */
#pragma once
#include "quoted.h"
#include "to-client.h"

#define GRE_CHECKSUM bpf_htons(0x8000)
#define GUE_HEADER_BYTES 4
/* RFC 791 section 3.2: every link takes packets of this size, so that no error asks for less. */
#define MTU_MIN 68

/* Where the packet inside begins, if the quoted one at `at` is IPv4 in a tunnel; else 0. */
static __always_inline __u32 tunnelled(struct xdp_md *ctx, const struct packet *p, __u32 at)
{
	__u32 inside = quoted_header_end(ctx, p, at);
	const struct iphdr *ip = frame_at(ctx, p, at, sizeof(*ip));

	if (!inside || !ip)
		return 0;
	if (ip->protocol == IPPROTO_IPIP)
		return inside;
	if (ip->protocol == IPPROTO_GRE) {
		const __be16 *gre = frame_at(ctx, p, inside, 4);

		if (!gre || gre[1] != bpf_htons(ETH_P_IP) || (gre[0] & ~GRE_CHECKSUM))
			return 0;
		return inside + (gre[0] ? 8 : 4);
	}
	if (ip->protocol != IPPROTO_UDP)
		return 0;

	__u32 start = inside + sizeof(struct udphdr);
	const __u8 *gue = frame_at(ctx, p, start, GUE_HEADER_BYTES);

	/* Version 0 and no control message; the rest counts words of options. */
	if (!gue || gue[1] != IPPROTO_IPIP || gue[0] >> 5)
		return 0;
	return start + GUE_HEADER_BYTES + 4 * (gue[0] & 0x1f);
}

/* Whether the headers before the packet inside are those that we put there for its server. */
static __always_inline int tunnel_is_ours(struct xdp_md *ctx, const struct packet *p, __u32 outer,
					  __u32 inner, const struct server *server)
{
	const struct tunnel_source *source = table_at(&tunnel_sources, server->tunnel_source);
	const struct iphdr *ip = frame_at(ctx, p, outer, sizeof(*ip));
	struct ip from, to;

	if (!source || !ip || server->method != METHOD_TUN || server->overhead != inner - outer)
		return 0;
	ip_from_v4(&from, ip->saddr);
	ip_from_v4(&to, ip->daddr);
	return ip_same(&from, &source->address) && ip_same(&to, &server->address);
}

/*
 * The client's message, from the VIP (RFC 1812 section 4.3.2): the type and the code of the one
 * that came, and `rest` as it lies in the packet.
 */
SUBPROGRAM int tunnel_error_send(struct xdp_md *ctx, struct packet *p, const struct quoted *q,
				 __u32 server_index, __u32 rest)
{
	if (!p || !q)
		return verdict(REASON_TABLES_BROKEN);

	const struct icmp_header *message = frame_at(ctx, p, p->transport, sizeof(*message));
	__u32 at = q->ip, length = sizeof(struct ethhdr) + p->length - at;
	__u32 quote = length < ICMP_QUOTE_MAX ? length : ICMP_QUOTE_MAX;
	long frame = (long)ctx->data_end - (long)ctx->data;
	struct ethhdr *was = (void *)(long)ctx->data;

	asm volatile("" : "+r"(frame));
	if (!message || (void *)(was + 1) > (void *)(long)ctx->data_end)
		return verdict(REASON_TABLES_BROKEN);

	__u16 type_and_code = message->type_and_code;
	struct ethhdr eth = *was;

	p->tuple.client = q->flow.tuple.client;
	p->tuple.virtual = q->flow.tuple.virtual;
	if (!lease_allows(&p->tuple.virtual))
		return verdict(REASON_NO_LEASE);
	if (!may_tell(&p->tuple, type_and_code == (ICMP_DEST_UNREACH | ICMP_FRAG_NEEDED << 8)))
		return verdict(REASON_ICMP_LIMITED);
	if (bpf_xdp_adjust_tail(ctx, (int)(at + quote - frame)) ||
	    bpf_xdp_adjust_head(ctx, (int)(at - sizeof(eth) - ICMP_HEADERS)))
		return verdict(REASON_TABLES_BROKEN);

	struct ethhdr *head = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(head + 1);
	struct icmp_header *icmp = (void *)(ip + 1);
	struct iphdr *quoted = (void *)(icmp + 1);

	if ((void *)(quoted + 1) > (void *)(long)ctx->data_end)
		return verdict(REASON_TABLES_BROKEN);
	*head = eth;
	ip_header_write(ip, p, ICMP_HEADERS + quote, quoted->id);
	icmp->type_and_code = type_and_code;
	icmp->checksum = 0;
	icmp->unused = rest;
	icmp->mtu = rest >> 16;

	__u32 start = sizeof(eth) + sizeof(*ip);
	__u32 checksum = frame_checksum(ctx, start, start + sizeof(*icmp) + quote, 0);
	struct bpf_fib_lookup fib;

	icmp = (void *)(long)ctx->data + start;
	if ((void *)(icmp + 1) > (void *)(long)ctx->data_end)
		return verdict(REASON_TABLES_BROKEN);
	icmp->checksum = checksum;
	stats_count_answer(server_index, quote);
	if (way_find(ctx, 4, &p->tuple.virtual, &p->tuple.client, ICMP_HEADERS + quote, &fib) !=
	    WAY_OUT)
		return verdict(REASON_REPLY_UP);
	return way_leave(ctx, &fib, REASON_RELATED);
}

/*
 * The second word of the client's message as it lies in the packet: the MTU that is left inside the
 * tunnel, else what it was. 0 when the client does not look for the MTU.
 */
static __always_inline int tunnel_rest(struct xdp_md *ctx, const struct packet *p, __u32 inner,
				       const struct server *server, __u32 *rest)
{
	const struct icmp_header *icmp = frame_at(ctx, p, p->transport, sizeof(*icmp));
	const struct iphdr *ip = frame_at(ctx, p, inner, sizeof(*ip));

	if (!icmp || !ip)
		return 0;
	*rest = icmp->unused | (__u32)icmp->mtu << 16;
	if (icmp->type_and_code != (ICMP_DEST_UNREACH | ICMP_FRAG_NEEDED << 8))
		return 1;

	__u32 mtu = bpf_ntohs(icmp->mtu);

	if (mtu > MTU_MIN + (__u32)server->overhead)
		mtu -= server->overhead;
	*rest = (__u32)bpf_htons(mtu) << 16;
	return (ip->frag_off & IP_DF) != 0;
}

/*
 * 1 + the server through whose tunnel the packet went, or 0 when it was none of ours; `q` is the
 * packet inside then.
 */
SUBPROGRAM __u32 tunnel_find(struct xdp_md *ctx, const struct packet *p, struct quoted *q,
			     __u32 *rest)
{
	struct exact exact = {};
	struct place place;

	if (!p || !q || !rest || p->tuple.family != 4)
		return 0;

	__u32 outer = quote_start(p), inner = tunnelled(ctx, p, outer);

	if (!inner || !quoted_read(ctx, p, inner, q))
		return 0;
	connection_place(&q->flow.tuple, &place);
	if (!connection_find_exact(&q->flow.tuple, &place, &exact))
		return 0;

	const struct server *server = table_at(&servers, WORD_SERVER(exact.value));

	if (!server || !tunnel_is_ours(ctx, p, outer, inner, server) ||
	    !tunnel_rest(ctx, p, inner, server, rest))
		return 0;
	return WORD_SERVER(exact.value) + 1;
}
