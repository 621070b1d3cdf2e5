/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The sum over the packet inside a tunnel, for an outer checksum that covers it.
 *
 * A segment that carries its checksum sums up to the complement of its pseudo header, and an IPv4
 * header to zero: nothing needs to be read (the kernel's lco_csum()). Who sends a wrong checksum
 * gets a wrong outer one too, and both are dropped at the other end. All bytes are added up where
 * no checksum covers the whole payload: of fragments, behind extension headers, of UDP without one
 * or with options behind its data (RFC 9868). inner-sum.ts is the specification.
 */
#pragma once
#include "../frame-sum.h"

/* Whether the packet says by a checksum what all of its payload sums up to. */
static __always_inline int checksum_covers(struct xdp_md *ctx, const struct packet *p)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u32 at = p->transport;

	if (p->tuple.protocol != IPPROTO_UDP)
		return p->tuple.protocol == IPPROTO_TCP;
	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX)
		return 0;

	const struct udphdr *udp = data + at;

	return (void *)(udp + 1) <= end && udp->check &&
	       p->transport + bpf_ntohs(udp->len) == sizeof(struct ethhdr) + p->length;
}

/* Before the tunnel's headers are put in front, with the TTL already less. */
static __always_inline __u64 inner_sum(struct xdp_md *ctx, const struct packet *p)
{
	__u32 header = p->transport - sizeof(struct ethhdr);
	int extended = p->tuple.family == 6 && header != sizeof(struct ipv6hdr);

	if (p->fragment || extended || !checksum_covers(ctx, p))
		return (__u16)~frame_checksum(ctx, sizeof(struct ethhdr),
					      sizeof(struct ethhdr) + p->length, 0);

	/* The complement of a sum is what its checksum is. */
	__u64 segment = checksum_after(
		0xffff, pseudo_sum(&p->tuple, p->tuple.protocol, p->length - header));
	const __u32 *words = (void *)(long)ctx->data + sizeof(struct ethhdr);

	if (p->tuple.family == 4 || (void *)(words + 2) > (void *)(long)ctx->data_end)
		return segment;
	return segment + words[0] + words[1] + address_sum(&p->tuple.client) +
	       address_sum(&p->tuple.virtual);
}
