/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* How far a packet may go, and in what size. time-to-live.ts is the specification. */
#pragma once
#include "packet.h"

/* 0 where there is no header, which no packet of ours is without. */
static __always_inline __u8 time_to_live(struct xdp_md *ctx, const struct packet *p)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	const struct iphdr *ip = data + sizeof(struct ethhdr);
	const struct ipv6hdr *ip6 = data + sizeof(struct ethhdr);

	if (p->tuple.family == 4)
		return (void *)(ip + 1) > end ? 0 : ip->ttl;
	return (void *)(ip6 + 1) > end ? 0 : ip6->hop_limit;
}

/* RFC 1141: one less in the TTL byte is 0x0100 more in the checksum, with the carry around. */
static __always_inline void ipv4_ttl_decrement(struct iphdr *ip)
{
	__u32 check = ip->check;

	check += bpf_htons(0x0100);
	ip->check = check + (check >= 0xffff);
	ip->ttl--;
}

static __always_inline void time_to_live_decrement(struct xdp_md *ctx, const struct packet *p)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct iphdr *ip = data + sizeof(struct ethhdr);
	struct ipv6hdr *ip6 = data + sizeof(struct ethhdr);

	if (p->tuple.family == 4) {
		if ((void *)(ip + 1) <= end)
			ipv4_ttl_decrement(ip);
	} else if ((void *)(ip6 + 1) <= end) {
		ip6->hop_limit--;
	}
}

/* RFC 791: unless DF is set. IPv6 leaves it to the sender. */
static __always_inline int may_fragment(struct xdp_md *ctx, const struct packet *p)
{
	const struct iphdr *ip = (void *)(long)ctx->data + sizeof(struct ethhdr);

	return p->tuple.family == 4 && (void *)(ip + 1) <= (void *)(long)ctx->data_end &&
	       !(ip->frag_off & IP_DF);
}
