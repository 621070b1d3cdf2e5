/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * NAT's change of one end of a packet. Checksums follow by the difference (RFC 1624 equation 3), so
 * that a wrong one stays wrong, and the payload is not read. rewrite.ts is the specification.
 */
#pragma once
#include "packet.h"

enum side { SOURCE, DESTINATION };

/* Offsets in a frame stay below this; the verifier wants to be told. */
#define OFFSET_MAX 8191

/* What `count` words of a packet add to a sum when they become others. */
static __always_inline __u64 words_difference(const __u32 *before, const __u32 *after, int count)
{
	__u64 sum = 0;

	#pragma unroll
	for (int i = 0; i < count; i++)
		sum += (__u64)(__u32)~before[i] + after[i];
	return sum;
}

static __always_inline __u64 half_difference(__u16 before, __u16 after)
{
	return (__u64)(__u16)~before + after;
}

/* RFC 1624 equation 3. */
static __always_inline __u16 checksum_after(__u16 check, __u64 difference)
{
	__u64 sum = (__u16)~check + difference;

	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The ports and the checksum; `difference` is that of the pseudo header. 0 when the frame ends. */
static __always_inline int transport_rewrite(void *transport, const void *end, __u8 protocol,
					     enum side side, __be16 port, __u64 difference)
{
	struct udphdr *udp = transport;
	struct tcphdr *tcp = transport;
	__be16 *ports = transport;

	if ((void *)(udp + 1) > end)
		return 0;
	difference += half_difference(ports[side], port);
	ports[side] = port;
	if (protocol == IPPROTO_TCP) {
		if ((void *)(tcp + 1) > end)
			return 0;
		tcp->check = checksum_after(tcp->check, difference);
		return 1;
	}
	/* RFC 768: zero is no checksum, and what comes out as zero is sent as all ones. */
	if (!udp->check)
		return 1;

	__u16 check = checksum_after(udp->check, difference);

	udp->check = check ? check : 0xffff;
	return 1;
}

/* Address and port of one end. 0 when the frame ends before, which none of ours does. */
static __always_inline int rewrite(struct xdp_md *ctx, const struct packet *p, enum side side,
				   const struct ip *address, __be16 port)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	__u32 at = p->transport;
	__u64 difference;

	if (p->tuple.family == 4) {
		struct iphdr *ip = data + sizeof(struct ethhdr);
		__u32 *word = side == SOURCE ? &ip->saddr : &ip->daddr;

		if ((void *)(ip + 1) > end)
			return 0;
		difference = words_difference(word, &address->words[3], 1);
		*word = address->words[3];
		ip->check = checksum_after(ip->check, difference);
	} else {
		struct ipv6hdr *ip = data + sizeof(struct ethhdr);
		struct ip *ours = (struct ip *)(side == SOURCE ? &ip->saddr : &ip->daddr);

		if ((void *)(ip + 1) > end)
			return 0;
		difference = words_difference(ours->words, address->words, 4);
		*ours = *address;
	}
	/* RFC 791 section 3.2: only the first fragment has the transport header. */
	if (p->fragment == FRAGMENT_LATER)
		return 1;
	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX)
		return 0;
	return transport_rewrite(data + at, end, p->tuple.protocol, side, port, difference);
}
