/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The outer IP header of a tunnel. TTL and TOS are those of the packet inside, with the congestion
 * bits of RFC 3168 section 9.1.1; DF is copied as long as the path's MTU is to be found
 * (pmtu_disc), so that whoever sends too much hears of it. outer.ts is the specification.
 */
#pragma once
#include "../rewrite.h"

/* What the outer header takes over from the packet, read before it is put in front. */
struct outer {
	__u8 traffic_class;
	__u8 ttl;
	__be16 df; /* IP_DF or 0 */
	__be16 id;
};

/* INET_ECN_encapsulate(): "congestion experienced" outside is for routers on this way to say. */
static __always_inline __u8 outer_traffic_class(__u8 inside)
{
	return (inside & 3) == 3 ? (inside & ~3) | 2 : inside;
}

/*
 * What differs from packet to packet: of IPv6 the checksum that it carries will do, or its
 * fragments' identification.
 */
static __always_inline __be16 outer_id_of_ipv6(struct xdp_md *ctx, const struct packet *p)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u32 at = p->transport;

	if (p->fragment)
		return bpf_htons(p->fragment_id >> 16);
	at += p->tuple.protocol == IPPROTO_TCP ? 16 : p->tuple.protocol == IPPROTO_UDP ? 6 : 2;
	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX || data + at + 2 > end)
		return 0;
	return *(__be16 *)(data + at);
}

static __always_inline int outer_read(struct xdp_md *ctx, const struct packet *p,
				      const struct server *server, __u8 keeps_df,
				      struct outer *outer)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	const struct iphdr *ip = data + sizeof(struct ethhdr);
	const struct ipv6hdr *ip6 = data + sizeof(struct ethhdr);

	if (p->tuple.family == 4) {
		if ((void *)(ip + 1) > end)
			return 0;
		outer->traffic_class = outer_traffic_class(ip->tos);
		outer->ttl = ip->ttl;
		outer->df = keeps_df ? ip->frag_off & IP_DF : 0;
		outer->id = ip->id;
		return 1;
	}
	if ((void *)(ip6 + 1) > end)
		return 0;
	outer->traffic_class = outer_traffic_class(ip6->priority << 4 | ip6->flow_lbl[0] >> 4);
	outer->ttl = ip6->hop_limit;
	outer->df = 0;
	outer->id = server->address.words[2] == bpf_htonl(0xffff) ? outer_id_of_ipv6(ctx, p) : 0;
	return 1;
}

static __always_inline int outer_is_ipv4(const struct server *server)
{
	return server->address.words[2] == bpf_htonl(0xffff) && !server->address.words[1] &&
	       !server->address.words[0];
}

/* `length`: bytes behind the outer header. The checksum is of what is written, not read again. */
static __always_inline void outer_write_ipv4(struct iphdr *ip, const struct outer *outer,
					     const struct ip *source, const struct ip *destination,
					     __u8 protocol, __u32 length)
{
	/* RFC 6864 section 4: an identification matters only to what may be fragmented. */
	__be16 id = outer->df ? 0 : outer->id, total = bpf_htons(sizeof(*ip) + length);
	__u16 first = bpf_htons(0x4500 | outer->traffic_class);
	__u16 ttl_protocol = bpf_htons(outer->ttl << 8 | protocol);
	__u64 sum = (__u64)first + total + id + outer->df + ttl_protocol + source->words[3] +
		    destination->words[3];

	*(__u16 *)ip = first;
	ip->tot_len = total;
	ip->id = id;
	ip->frag_off = outer->df;
	ip->ttl = outer->ttl;
	ip->protocol = protocol;
	ip->check = checksum_after(0xffff, sum);
	ip->saddr = source->words[3];
	ip->daddr = destination->words[3];
}

static __always_inline void outer_write_ipv6(struct ipv6hdr *ip, const struct outer *outer,
					     const struct ip *source, const struct ip *destination,
					     __u8 protocol, __u32 length)
{
	*(__be32 *)ip = bpf_htonl(0x60000000 | (__u32)outer->traffic_class << 20);
	ip->payload_len = bpf_htons(length);
	ip->nexthdr = protocol;
	ip->hop_limit = outer->ttl;
	__builtin_memcpy(&ip->saddr, source, sizeof(*source));
	__builtin_memcpy(&ip->daddr, destination, sizeof(*destination));
}
