/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The packet inside a tunnel. Its own checksums are the kernel's to verify. inner.ts is the
 * specification.
 */
#pragma once
#include "tunnel.h"

struct inner {
	struct ip destination;
	__u8 congestion;
};

static __always_inline int inner_read_ipv4(struct xdp_md *ctx, const struct tunnel *t,
					   struct inner *in)
{
	const struct iphdr *ip = bytes_at(ctx, t->at, sizeof(*ip), t->until);

	if (!ip || ip->version != 4)
		return 0;

	__u32 header = ip->ihl * 4, length = bpf_ntohs(ip->tot_len);

	if (header < sizeof(*ip) || length < header || t->at + length > t->until)
		return 0;
	ip_from_v4(&in->destination, ip->daddr);
	in->congestion = ip->tos & 3;
	return 1;
}

static __always_inline int inner_read_ipv6(struct xdp_md *ctx, const struct tunnel *t,
					   struct inner *in)
{
	const struct ipv6hdr *ip = bytes_at(ctx, t->at, sizeof(*ip), t->until);

	if (!ip || ip->version != 6)
		return 0;
	if (t->at + sizeof(*ip) + bpf_ntohs(ip->payload_len) > t->until)
		return 0;
	__builtin_memcpy(&in->destination, &ip->daddr, sizeof(in->destination));
	in->congestion = (ip->flow_lbl[0] >> 4) & 3;
	return !ip_is_mapped(&in->destination);
}

/* 0 for what is no whole IP packet of the family that the tunnel says. */
static __always_inline int inner_read(struct xdp_md *ctx, const struct tunnel *t, struct inner *in)
{
	return t->protocol == IPPROTO_IPIP ? inner_read_ipv4(ctx, t, in) :
					     inner_read_ipv6(ctx, t, in);
}
