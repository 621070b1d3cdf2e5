/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ICMPv6 errors to the client (RFC 4443), from the virtual address. icmpv6-error.ts is the
 * specification.
 */
#pragma once
#include "icmp-limit.h"
#include "frame-sum.h"
#include "verdict.h"

#define ICMPV6_DEST_UNREACH 1
#define ICMPV6_ADDR_UNREACH 3
#define ICMPV6_PORT_UNREACH 4
#define ICMPV6_PKT_TOOBIG 2
#define ICMPV6_TIME_EXCEED 3

struct icmpv6_header {
	__u16 type_and_code;
	__u16 checksum;
	__be32 mtu;
};

/* RFC 4443 section 2.4 (c): as much of the packet as fits the least MTU of IPv6. */
#define ICMPV6_HEADERS ((int)(sizeof(struct ipv6hdr) + sizeof(struct icmpv6_header)))
#define ICMPV6_QUOTE_MAX (1280 - ICMPV6_HEADERS)

/* RFC 4443 sections 3.1 to 3.3, as the two bytes lie in the header. */
static __always_inline __u16 icmpv6_type_and_code(__u32 reason)
{
	switch (reason) {
	case REASON_TTL_EXCEEDED:
		return ICMPV6_TIME_EXCEED;
	case REASON_FRAG_NEEDED:
	case REASON_TOO_BIG:
		return ICMPV6_PKT_TOOBIG;
	case REASON_UNREACHABLE:
		return ICMPV6_DEST_UNREACH | ICMPV6_ADDR_UNREACH << 8;
	default:
		return ICMPV6_DEST_UNREACH | ICMPV6_PORT_UNREACH << 8;
	}
}

static __always_inline void ipv6_header_write(struct ipv6hdr *ip, const struct packet *p,
					      __u16 length)
{
	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 6;
	ip->payload_len = bpf_htons(length);
	ip->nexthdr = IPPROTO_ICMP6;
	ip->hop_limit = 64;
	__builtin_memcpy(&ip->saddr, &p->tuple.virtual, sizeof(struct ip));
	__builtin_memcpy(&ip->daddr, &p->tuple.client, sizeof(struct ip));
}

static __always_inline int icmpv6_error(struct xdp_md *ctx, const struct packet *p, __u32 reason,
					__u32 mtu)
{
	__u32 quote = p->length < ICMPV6_QUOTE_MAX ? p->length : ICMPV6_QUOTE_MAX;
	long frame = (long)ctx->data_end - (long)ctx->data;

	/* The difference, now: the verifier lets no half of a packet pointer be put aside. */
	asm volatile("" : "+r"(frame));
	if (bpf_xdp_adjust_tail(ctx, (int)(sizeof(struct ethhdr) + quote - frame)) ||
	    bpf_xdp_adjust_head(ctx, -ICMPV6_HEADERS))
		return verdict(REASON_TABLES_BROKEN);

	struct ethhdr *eth = (void *)(long)ctx->data;
	struct ipv6hdr *ip = (void *)(eth + 1);
	struct icmpv6_header *icmp = (void *)(ip + 1);
	const struct ethhdr *was = (void *)eth + ICMPV6_HEADERS;

	if ((void *)(icmp + 1) > (void *)(long)ctx->data_end ||
	    (void *)(was + 1) > (void *)(long)ctx->data_end)
		return verdict(REASON_TABLES_BROKEN);

	__u8 addresses[2 * ETH_ALEN];
	__u32 start = sizeof(*eth) + sizeof(*ip), length = sizeof(*icmp) + quote;

	__builtin_memcpy(addresses, was->h_source, ETH_ALEN);
	__builtin_memcpy(addresses + ETH_ALEN, was->h_dest, ETH_ALEN);
	__builtin_memcpy(eth, addresses, sizeof(addresses));
	eth->h_proto = bpf_htons(ETH_P_IPV6);
	ipv6_header_write(ip, p, length);
	icmp->type_and_code = icmpv6_type_and_code(reason);
	icmp->checksum = 0;
	icmp->mtu = bpf_htonl(mtu);

	__u32 checksum = frame_checksum(ctx, start, start + length,
					pseudo_sum(&p->tuple, IPPROTO_ICMP6, length));

	icmp = (void *)(long)ctx->data + start;
	if ((void *)(icmp + 1) > (void *)(long)ctx->data_end)
		return verdict(REASON_TABLES_BROKEN);
	icmp->checksum = checksum;
	reason_count(reason);
	return XDP_TX;
}
