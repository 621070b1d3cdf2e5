/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The outer IP header (RFC 791 section 3.1, RFC 8200 section 3). outer.ts is the specification. */
#pragma once
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include "reason.h"

#define IP_MF bpf_htons(0x2000)
#define IP_OFFSET bpf_htons(0x1fff)

enum fragment_place { FRAGMENT_NONE, FRAGMENT_FIRST, FRAGMENT_LATER };

struct outer {
	struct ip source;
	__u64 ends;       /* the sum over both addresses */
	__u32 at;         /* where its payload begins, bytes from the frame's start */
	__u32 until;      /* where it ends */
	__u8 family;
	__u8 protocol;
	__u8 congestion;  /* two bits */
	__u8 fragment;
};

static __always_inline int outer_read_ipv4(const struct iphdr *ip, const void *end, struct outer *o)
{
	if ((const void *)(ip + 1) > end || ip->version != 4)
		return 0;

	__u32 header = ip->ihl * 4, length = bpf_ntohs(ip->tot_len);

	if (header < sizeof(*ip) || length < header || length > (long)end - (long)ip)
		return 0;
	ip_from_v4(&o->source, ip->saddr);
	o->ends = (__u64)ip->saddr + ip->daddr;
	o->family = 4;
	o->protocol = ip->protocol;
	o->congestion = ip->tos & 3;
	if (ip->frag_off & IP_OFFSET)
		o->fragment = FRAGMENT_LATER;
	else if (ip->frag_off & IP_MF)
		o->fragment = FRAGMENT_FIRST;
	o->at = sizeof(struct ethhdr) + header;
	o->until = sizeof(struct ethhdr) + length;
	return 1;
}

/* Behind extension headers no tunnel of IPVS is: it sends none. */
static __always_inline int outer_read_ipv6(const struct ipv6hdr *ip, const void *end,
					   struct outer *o)
{
	if ((const void *)(ip + 1) > end || ip->version != 6)
		return 0;

	__u32 length = sizeof(*ip) + bpf_ntohs(ip->payload_len);

	__builtin_memcpy(&o->source, &ip->saddr, sizeof(o->source));
	/* RFC 4291 section 2.5.5.2: no packet's address, but the form that tables have IPv4 in. */
	if (length > (long)end - (long)ip || ip_is_mapped(&o->source))
		return 0;
	#pragma unroll
	for (int i = 0; i < 4; i++)
		o->ends += (__u64)ip->saddr.in6_u.u6_addr32[i] + ip->daddr.in6_u.u6_addr32[i];
	o->family = 6;
	o->protocol = ip->nexthdr;
	o->congestion = (ip->flow_lbl[0] >> 4) & 3;
	o->at = sizeof(struct ethhdr) + sizeof(*ip);
	o->until = sizeof(struct ethhdr) + length;
	return 1;
}

/* 0 for what is no IP packet in one piece with its frame: the kernel will see to it. */
static __always_inline int outer_read(struct xdp_md *ctx, struct outer *o)
{
	const struct ethhdr *eth = (void *)(long)ctx->data;
	const void *end = (void *)(long)ctx->data_end;

	if ((const void *)(eth + 1) > end)
		return 0;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return outer_read_ipv4((const void *)(eth + 1), end, o);
	return eth->h_proto == bpf_htons(ETH_P_IPV6) &&
	       outer_read_ipv6((const void *)(eth + 1), end, o);
}
