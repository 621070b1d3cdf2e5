/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * What an ICMP error says of the packet that it is about: RFC 792 quotes its header and eight
 * bytes, RFC 4443 section 3 as much as fits. quoted.ts is the specification.
 */
#pragma once
#include "nat-flow.h"
#include "frame-sum.h"

/*
 * `flow.tuple` is the quoted packet's, its source as the client, its destination as the virtual
 * side, until the rest of `flow` is found. One record of both, because the stack is short.
 */
struct quoted {
	struct nat_flow flow;
	__u16 ip; /* where its IP header and its ports lie, in bytes of the frame */
	__u16 transport;
};

/*
 * Destination unreachable, source quench, time exceeded, as ip_vs_in_icmp() has them. RFC 4443
 * section 2.1: destination unreachable, packet too big, time exceeded, parameter problem.
 */
#define ICMP_ERRORS_4 (1u << 3 | 1u << 4 | 1u << 11)
#define ICMP_ERRORS_6 (1u << 1 | 1u << 2 | 1u << 3 | 1u << 4)

/* `count` bytes of the frame at `at`, as far as the IP packet goes; NULL beyond. */
static __always_inline void *frame_at(struct xdp_md *ctx, const struct packet *p, __u32 at,
				      __u32 count)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX || at + count > sizeof(struct ethhdr) + p->length)
		return NULL;
	return data + at + count > end ? NULL : data + at;
}

/* Whether the message tells of a packet that did not arrive. */
static __always_inline int icmp_is_error(struct xdp_md *ctx, const struct packet *p)
{
	const __u8 *type = frame_at(ctx, p, p->transport, 1);
	__u32 errors = p->tuple.family == 4 ? ICMP_ERRORS_4 : ICMP_ERRORS_6;

	return type && *type < 32 && ((errors >> *type) & 1);
}

/* The first byte of what an ICMP error quotes. */
static __always_inline __u32 quote_start(const struct packet *p)
{
	return p->transport + ICMP_HEADER_BYTES;
}

static __always_inline int has_ports(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP;
}

/* Where the IPv4 header at `at` ends; 0 when it does not, or is of a later fragment. */
static __always_inline __u32 quoted_header_end(struct xdp_md *ctx, const struct packet *p, __u32 at)
{
	const struct iphdr *ip = frame_at(ctx, p, at, sizeof(*ip));

	if (!ip || ip->version != 4 || ip->ihl < 5 || (ip->frag_off & IP_OFFSET))
		return 0;
	return at + ip->ihl * 4;
}

static __always_inline int quoted_ports(struct xdp_md *ctx, const struct packet *p, __u32 at,
					__u8 protocol, struct quoted *q)
{
	const __u32 *ports = frame_at(ctx, p, at, sizeof(*ports));

	if (!ports || !has_ports(protocol))
		return 0;
	q->transport = at;
	q->flow.tuple.ports = *ports;
	q->flow.tuple.protocol = protocol;
	q->flow.tuple.kind = TUPLE_FLOW;
	q->flow.tuple.reserved = 0;
	q->flow.tuple.family = p->tuple.family;
	return 1;
}

/*
 * The packet that is quoted at `at`; 0 where no ports of TCP or UDP are to be seen. Behind
 * extension headers of IPv6 nobody looks: hosts quote TCP, which they do not put there.
 */
SUBPROGRAM int quoted_read(struct xdp_md *ctx, const struct packet *p, __u32 at, struct quoted *q)
{
	if (!p || !q)
		return 0;
	q->ip = at;
	if (p->tuple.family == 4) {
		__u32 transport = quoted_header_end(ctx, p, at);
		const struct iphdr *ip = frame_at(ctx, p, at, sizeof(*ip));

		if (!transport || !ip)
			return 0;
		ip_from_v4(&q->flow.tuple.client, ip->saddr);
		ip_from_v4(&q->flow.tuple.virtual, ip->daddr);
		return quoted_ports(ctx, p, transport, ip->protocol, q);
	}

	const struct ipv6hdr *ip6 = frame_at(ctx, p, at, sizeof(*ip6));

	if (!ip6 || ip6->version != 6)
		return 0;
	__builtin_memcpy(&q->flow.tuple.client, &ip6->saddr, sizeof(struct ip));
	__builtin_memcpy(&q->flow.tuple.virtual, &ip6->daddr, sizeof(struct ip));
	return quoted_ports(ctx, p, at + sizeof(*ip6), ip6->nexthdr, q);
}

/* Whether the message is as it was sent. RFC 4443 section 2.3: with the pseudo header in IPv6. */
static __always_inline int icmp_checksum_holds(struct xdp_md *ctx, const struct packet *p)
{
	__u32 until = sizeof(struct ethhdr) + p->length;
	__u64 pseudo = 0;

	if (p->tuple.family == 6)
		pseudo = pseudo_sum(&p->tuple, IPPROTO_ICMP6, until - p->transport);
	/* With the checksum that it carries the complement is zero: RFC 1071 section 1. */
	return frame_checksum(ctx, p->transport, until, pseudo) == 0;
}
