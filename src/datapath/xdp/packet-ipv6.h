/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* An IPv6 packet (RFC 8200). packet-ipv6.ts is the specification. */
#pragma once

/* RFC 8200 section 4.1: extension headers that may come before the transport header. */
#define IPV6_HOP_BY_HOP 0
#define IPV6_ROUTING 43
#define IPV6_FRAGMENT 44
#define IPV6_DESTINATION_OPTIONS 60

/* RFC 8200 section 4.1 orders at most six; who sends more does not want to be understood. */
#define IPV6_EXTENSIONS_MAX 6

static __always_inline int ipv6_is_options(__u8 protocol)
{
	return protocol == IPV6_HOP_BY_HOP || protocol == IPV6_ROUTING ||
	       protocol == IPV6_DESTINATION_OPTIONS;
}

struct ipv6_extension {
	__u8 next;
	__u8 length;         /* beyond the first, in units of 8 bytes */
	__be16 offset;       /* of a fragment: 8-byte units in the upper 13 bits; M lowest */
	__u32 id;            /* of a fragment */
};

/* Section 4.5: what this fragment header says of the packet. */
static __always_inline void ipv6_fragment(const struct ipv6_extension *header, struct packet *p)
{
	__u16 offset = bpf_ntohs(header->offset);

	p->fragment_id = header->id;
	if (offset & 0xfff8)
		p->fragment = FRAGMENT_LATER;
	else if (offset & 1)
		p->fragment = FRAGMENT_FIRST;
	else
		p->fragment_id = 0;
}

/*
 * Where the chain of headers ends: at the transport header, or at a later fragment's payload.
 * Packets without extensions, nearly all, do not come here.
 */
SUBPROGRAM int ipv6_skip_extensions(struct xdp_md *ctx, struct packet *p)
{
	if (!p)
		return REASON_TABLES_BROKEN;

	__u32 at = sizeof(struct ethhdr) + sizeof(struct ipv6hdr);
	__u32 until = sizeof(struct ethhdr) + p->length;
	__u8 protocol = p->tuple.protocol;

	for (int i = 0; i < IPV6_EXTENSIONS_MAX; i++) {
		void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
		int is_fragment = protocol == IPV6_FRAGMENT;

		if (!is_fragment && !ipv6_is_options(protocol))
			break;
		if (at + sizeof(struct ipv6_extension) > until || at > 4096)
			return REASON_MALFORMED;

		const struct ipv6_extension *header = data + at;

		if ((const void *)(header + 1) > end)
			return REASON_MALFORMED;
		if (is_fragment)
			ipv6_fragment(header, p);
		protocol = header->next;
		at += is_fragment ? 8 : 8 * (header->length + 1);
		/* What follows a later fragment's header is payload, whatever it looks like. */
		if (p->fragment == FRAGMENT_LATER)
			break;
	}
	if (at > until || at > 4096)
		return REASON_MALFORMED;
	p->tuple.protocol = protocol;
	p->transport = at;
	return REASONS;
}

static __always_inline enum reason ipv6_parse(struct xdp_md *ctx, struct packet *p)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	const struct ipv6hdr *ip = data + sizeof(struct ethhdr);

	if ((const void *)(ip + 1) > end || ip->version != 6)
		return REASON_MALFORMED;

	__u32 length = sizeof(*ip) + bpf_ntohs(ip->payload_len);

	if (length > (long)end - (long)ip)
		return REASON_MALFORMED;
	p->length = length;
	p->fragment = FRAGMENT_NONE;
	p->fragment_id = 0;
	p->tuple.family = 6;
	p->tuple.kind = TUPLE_FLOW;
	p->tuple.reserved = 0;
	p->reserved = 0;
	p->tuple.protocol = ip->nexthdr;
	p->transport = sizeof(struct ethhdr) + sizeof(*ip);
	__builtin_memcpy(&p->tuple.client, &ip->saddr, sizeof(struct ip));
	__builtin_memcpy(&p->tuple.virtual, &ip->daddr, sizeof(struct ip));
	if (transport_bytes(ip->nexthdr, IPPROTO_ICMP6))
		return transport_read(ip + 1, end, (__s32)length - (__s32)sizeof(*ip),
				      IPPROTO_ICMP6, p);

	enum reason stop = ipv6_skip_extensions(ctx, p);

	if (stop != REASONS)
		return stop;

	__u32 at = p->transport;

	data = (void *)(long)ctx->data;
	end = (void *)(long)ctx->data_end;
	if (at > 4096 + 2048)
		return REASON_MALFORMED;
	return transport_read(data + at, end,
			      (__s32)length + (__s32)sizeof(struct ethhdr) - (__s32)at,
			      IPPROTO_ICMP6, p);
}
