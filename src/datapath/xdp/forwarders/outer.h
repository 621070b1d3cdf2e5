/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The outer IP header of a tunnel. TTL and TOS are those of the packet inside, with the congestion
 * bits of RFC 3168 section 9.1.1; DF is copied as long as the path's MTU is to be found
 * (pmtu_disc), so that whoever sends too much hears of it. outer.ts is the specification.
 */
#pragma once
#include "../rewrite.h"

/* What the outer header takes over from the packet. */
struct outer {
	__u32 traffic_class;
	__u32 ttl;
	__be32 id_and_df; /* of IPv4: the second word of its header */
};

/* INET_ECN_encapsulate(): "congestion experienced" outside is for routers on this way to say. */
static __always_inline __u32 outer_traffic_class(__u32 inside)
{
	return (inside & 3) == 3 ? inside - 1 : inside;
}

/*
 * What differs from packet to packet: of IPv6 the checksum that it carries will do, or its
 * fragments' identification.
 */
static __always_inline __u32 outer_id_of_ipv6(const struct packet *p, const void *ip,
					      const void *end)
{
	__u32 at = p->transport - sizeof(struct ethhdr);

	if (p->fragment)
		return p->fragment_id >> 16;
	at += p->tuple.protocol == IPPROTO_TCP ? 16 : p->tuple.protocol == IPPROTO_UDP ? 6 : 2;
	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX || ip + at + 2 > end)
		return 0;
	return bpf_ntohs(*(const __be16 *)(ip + at));
}

/* `ip` is the packet's header, `family` that of the outer one. 0 when the frame ends before. */
static __always_inline int outer_read(const struct packet *p, const void *ip, const void *end,
				      __u8 family, struct outer *outer)
{
	const struct control *control = control_line();
	const struct iphdr *ip4 = ip;
	const struct ipv6hdr *ip6 = ip;

	if (p->tuple.family == 4) {
		if ((const void *)(ip4 + 1) > end || !control)
			return 0;

		__be32 id_and_df = ((const __be32 *)ip)[1];

		outer->traffic_class = outer_traffic_class(ip4->tos);
		outer->ttl = ip4->ttl;
		/* RFC 6864 section 4: an identification matters only to what may be fragmented. */
		if ((id_and_df & bpf_htonl(0x4000)) && control->pmtu_disc)
			outer->id_and_df = bpf_htonl(0x4000);
		else
			outer->id_and_df = id_and_df & bpf_htonl(0xffff0000);
		return 1;
	}
	if ((const void *)(ip6 + 1) > end)
		return 0;
	outer->traffic_class = outer_traffic_class(bpf_ntohs(*(const __be16 *)ip) >> 4 & 0xff);
	outer->ttl = ip6->hop_limit;
	outer->id_and_df = family == 4 ? bpf_htonl(outer_id_of_ipv6(p, ip, end) << 16) : 0;
	return 1;
}

/* `length`: bytes of all of it. The checksum is of what is written, not read again. */
static __always_inline void outer_write_ipv4(__be32 *ip, const struct outer *outer,
					     const struct ip *source, const struct ip *destination,
					     __u8 protocol, __u32 length)
{
	__be32 first = bpf_htonl(0x45000000 | outer->traffic_class << 16 | length);
	__be32 third = bpf_htonl(outer->ttl << 24 | (__u32)protocol << 16);
	__u64 sum = (__u64)first + outer->id_and_df + third + source->words[3] +
		    destination->words[3];

	ip[0] = first;
	ip[1] = outer->id_and_df;
	ip[2] = third;
	((__u16 *)ip)[5] = checksum_after(0xffff, sum);
	ip[3] = source->words[3];
	ip[4] = destination->words[3];
}

/* `length`: bytes behind it. */
static __always_inline void outer_write_ipv6(struct ipv6hdr *ip, const struct outer *outer,
					     const struct ip *source, const struct ip *destination,
					     __u8 protocol, __u32 length)
{
	*(__be32 *)ip = bpf_htonl(0x60000000 | outer->traffic_class << 20);
	ip->payload_len = bpf_htons(length);
	ip->nexthdr = protocol;
	ip->hop_limit = outer->ttl;
	__builtin_memcpy(&ip->saddr, source, sizeof(*source));
	__builtin_memcpy(&ip->daddr, destination, sizeof(*destination));
}
