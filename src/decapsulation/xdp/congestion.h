/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Congestion notification at the end of a tunnel (RFC 6040 section 4.2). congestion.ts is the
 * specification.
 */
#pragma once
#include "inner.h"

#define NOT_ECT 0
#define ECT_1 1
#define CE 3

/* The two bits that the packet leaves with; negative where it is to be dropped. */
static __always_inline int congestion_leaving(__u8 outer, __u8 inner)
{
	if (inner == NOT_ECT)
		return outer == CE ? -1 : inner;
	if (outer == CE || (outer == ECT_1 && inner != CE))
		return outer;
	return inner;
}

/* Writes the two bits into the packet inside, and what an IPv4 header sums up to. */
static __always_inline void congestion_write(struct xdp_md *ctx, const struct tunnel *t,
					     const struct inner *in, __u8 leaving)
{
	if (leaving == in->congestion)
		return;
	if (t->protocol == IPPROTO_IPV6) {
		struct ipv6hdr *ip6 = bytes_at(ctx, t->at, sizeof(*ip6), t->until);

		if (ip6)
			ip6->flow_lbl[0] = (ip6->flow_lbl[0] & ~0x30) | (leaving << 4);
		return;
	}

	struct iphdr *ip = bytes_at(ctx, t->at, sizeof(*ip), t->until);

	if (!ip)
		return;

	/* RFC 1624 equation 3, over the word that the bits lie in. */
	__u16 before = *(__u16 *)ip;

	ip->tos = (ip->tos & ~3) | leaving;

	__u32 sum = (__u16)~ip->check + (__u16)~before + *(__u16 *)ip;

	sum = (sum & 0xffff) + (sum >> 16);
	ip->check = ~(sum + (sum >> 16));
}
