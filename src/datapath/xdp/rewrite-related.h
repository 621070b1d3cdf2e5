/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * NAT's change of an ICMP error (ip_vs_nat_icmp()): one end of the packet that carries it, and the
 * other end of the packet that it quotes, which went the other way. The quoted packet's own TCP or
 * UDP checksum stays as it was: nobody looks at it, and mostly it is cut off. rewrite-related.ts is
 * the specification.
 */
#pragma once
#include "quoted.h"

/* The addresses; what the message's checksum is to change by. */
static __always_inline int related_rewrite4(struct xdp_md *ctx, const struct packet *p,
					    const struct quoted *q, enum side side, __u32 address,
					    __u64 *difference)
{
	struct iphdr *ip = frame_at(ctx, p, sizeof(struct ethhdr), sizeof(*ip));
	struct iphdr *inner = frame_at(ctx, p, q->ip, sizeof(*inner));

	if (!ip || !inner)
		return 0;

	__u32 *word = side == SOURCE ? &ip->saddr : &ip->daddr;
	__u32 *other = side == SOURCE ? &inner->daddr : &inner->saddr;
	__u64 inside = words_difference(other, &address, 1);
	__u16 check = inner->check;

	ip->check = checksum_after(ip->check, words_difference(word, &address, 1));
	*word = address;
	*other = address;
	inner->check = checksum_after(check, inside);
	*difference = inside + half_difference(check, inner->check);
	return 1;
}

/* In IPv6 the pseudo header is in the message's checksum. */
static __always_inline int related_rewrite6(struct xdp_md *ctx, const struct packet *p,
					    const struct quoted *q, enum side side,
					    const struct ip *address, __u64 *difference)
{
	struct ipv6hdr *ip = frame_at(ctx, p, sizeof(struct ethhdr), sizeof(*ip));
	struct ipv6hdr *inner = frame_at(ctx, p, q->ip, sizeof(*inner));

	if (!ip || !inner)
		return 0;

	struct ip *ours = (struct ip *)(side == SOURCE ? &ip->saddr : &ip->daddr);
	struct ip *other = (struct ip *)(side == SOURCE ? &inner->daddr : &inner->saddr);

	*difference = words_difference(ours->words, address->words, 4) +
		      words_difference(other->words, address->words, 4);
	*ours = *address;
	*other = *address;
	return 1;
}

/* 0 when the frame ends before what was read of it, which it does not. */
static __always_inline int related_rewrite(struct xdp_md *ctx, const struct packet *p,
					   const struct quoted *q, enum side side,
					   const struct ip *address, __be16 port)
{
	__u64 difference = 0;
	int whole = p->tuple.family == 4 ?
			    related_rewrite4(ctx, p, q, side, address->words[3], &difference) :
			    related_rewrite6(ctx, p, q, side, address, &difference);
	__u16 *checksum = frame_at(ctx, p, p->transport + 2, sizeof(*checksum));
	__be16 *ports = frame_at(ctx, p, q->transport, 2 * sizeof(*ports));

	if (!whole || !checksum || !ports)
		return 0;

	__be16 *other = side == SOURCE ? &ports[1] : &ports[0];

	difference += half_difference(*other, port);
	*other = port;
	*checksum = checksum_after(*checksum, difference);
	return 1;
}
