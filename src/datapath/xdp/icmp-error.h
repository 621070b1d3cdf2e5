/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * ICMP errors to the client (RFC 792, RFC 1812 section 4.3.2), made of the packet that caused them
 * and sent back the way it came. icmp-error.ts is the specification.
 */
#pragma once
#include "icmpv6-error.h"

/* RFC 792; the kernel's own <linux/icmp.h> draws in libc. */
#define ICMP_DEST_UNREACH 3
#define ICMP_HOST_UNREACH 1
#define ICMP_PORT_UNREACH 3
#define ICMP_FRAG_NEEDED 4
#define ICMP_TIME_EXCEEDED 11
#define ICMP_EXC_TTL 0

struct icmp_header {
	__u16 type_and_code;
	__u16 checksum;
	__be16 unused;
	__be16 mtu; /* RFC 1191: of the next hop, in "fragmentation needed" */
};

/* As much of the packet as fits 576 bytes with the new headers: net/ipv4/icmp.c. */
#define ICMP_HEADERS ((int)(sizeof(struct iphdr) + sizeof(struct icmp_header)))
#define ICMP_QUOTE_MAX (576 - ICMP_HEADERS)

static __always_inline __u16 checksum_fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

static __always_inline void ip_header_write(struct iphdr *ip, const struct packet *p, __u16 length,
					    __be16 id)
{
	__builtin_memset(ip, 0, sizeof(*ip));
	ip->version = 4;
	ip->ihl = 5;
	ip->tos = 0xc0; /* RFC 1812 section 4.3.2.5: precedence 6 */
	ip->tot_len = bpf_htons(length);
	ip->id = id;
	ip->ttl = 64;
	ip->protocol = IPPROTO_ICMP;
	ip->saddr = p->tuple.virtual.words[3];
	ip->daddr = p->tuple.client.words[3];

	const __u16 *half = (const __u16 *)ip;
	__u32 sum = 0;

	#pragma unroll
	for (int i = 0; i < (int)sizeof(*ip) / 2; i++)
		sum += half[i];
	ip->check = checksum_fold(sum);
}

/* Type and code of each error, as the two bytes lie in the header. */
static __always_inline __u16 icmp_type_and_code(enum reason reason)
{
	switch (reason) {
	case REASON_TTL_EXCEEDED:
		return ICMP_TIME_EXCEEDED | ICMP_EXC_TTL << 8;
	case REASON_FRAG_NEEDED:
	case REASON_TOO_BIG:
		return ICMP_DEST_UNREACH | ICMP_FRAG_NEEDED << 8;
	case REASON_UNREACHABLE:
		return ICMP_DEST_UNREACH | ICMP_HOST_UNREACH << 8;
	default:
		return ICMP_DEST_UNREACH | ICMP_PORT_UNREACH << 8;
	}
}

/*
 * No errors about errors: RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e). Of a packet's fragments
 * only the first causes one; RFC 4443 does not say so of IPv6.
 */
static __always_inline int may_cause_error(const struct packet *p)
{
	if (p->tuple.protocol == IPPROTO_ICMP || p->tuple.protocol == IPPROTO_ICMP6)
		return 0;
	return p->tuple.family == 6 || p->fragment != FRAGMENT_LATER;
}

SUBPROGRAM int icmp_error(struct xdp_md *ctx, struct packet *p, __u32 reason, __u32 mtu)
{
	if (!p)
		return verdict(REASON_TABLES_BROKEN);

	__u32 quote = p->length < ICMP_QUOTE_MAX ? p->length : ICMP_QUOTE_MAX;
	long frame = (long)ctx->data_end - (long)ctx->data;

	/* The difference, now: the verifier lets no half of a packet pointer be put aside. */
	asm volatile("" : "+r"(frame));

	int of_mtu = reason == REASON_FRAG_NEEDED || reason == REASON_TOO_BIG;

	if (!may_cause_error(p) || !may_tell(&p->tuple, of_mtu))
		return verdict(REASON_ICMP_LIMITED);
	if (p->tuple.family == 6)
		return icmpv6_error(ctx, p, reason, mtu);
	if (bpf_xdp_adjust_tail(ctx, (int)(sizeof(struct ethhdr) + quote - frame)) ||
	    bpf_xdp_adjust_head(ctx, -ICMP_HEADERS))
		return verdict(REASON_TABLES_BROKEN);

	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);
	struct icmp_header *icmp = (void *)(ip + 1);
	/* Where the frame used to begin: its Ethernet header, then the quote. */
	struct ethhdr *was = (void *)eth + ICMP_HEADERS;
	struct iphdr *quoted = (void *)(was + 1);

	if ((void *)(quoted + 1) > end)
		return verdict(REASON_TABLES_BROKEN);

	__u8 addresses[2 * ETH_ALEN];

	__builtin_memcpy(addresses, was->h_source, ETH_ALEN);
	__builtin_memcpy(addresses + ETH_ALEN, was->h_dest, ETH_ALEN);
	__builtin_memcpy(eth, addresses, sizeof(addresses));
	eth->h_proto = bpf_htons(ETH_P_IP);
	ip_header_write(ip, p, ICMP_HEADERS + quote, quoted->id);
	icmp->type_and_code = icmp_type_and_code(reason);
	icmp->checksum = 0;
	icmp->unused = 0;
	icmp->mtu = bpf_htons(mtu);

	__u32 start = sizeof(*eth) + sizeof(*ip);
	__u32 checksum = frame_checksum(ctx, start, start + sizeof(*icmp) + quote, 0);

	icmp = (void *)(long)ctx->data + start;
	if ((void *)(icmp + 1) > (void *)(long)ctx->data_end)
		return verdict(REASON_TABLES_BROKEN);
	icmp->checksum = checksum;
	reason_count(reason);
	return XDP_TX;
}
