/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The transport header of a packet, as far as a balancer looks into it. transport.ts is the
 * specification.
 */
#pragma once

#define ICMP_HEADER_BYTES 8

/* 0 for a protocol that is none of ours. */
static __always_inline __u32 transport_bytes(__u8 protocol, __u8 icmp)
{
	if (protocol == IPPROTO_TCP)
		return sizeof(struct tcphdr);
	if (protocol == IPPROTO_UDP)
		return sizeof(struct udphdr);
	return protocol == icmp ? ICMP_HEADER_BYTES : 0;
}

/*
 * Ports and flags, from the header at `transport`; `room` is how much of the IP packet is left from
 * there on. `p` knows its protocol and whether it is a later fragment.
 */
static __always_inline enum reason transport_read(const void *transport, const void *end,
						  __s32 room, __u8 icmp, struct packet *p)
{
	__u32 bytes = transport_bytes(p->tuple.protocol, icmp);

	p->tuple.ports = 0;
	p->tcp_flags = 0;
	if (!bytes)
		return REASON_OTHER_PROTOCOL;
	if (p->fragment == FRAGMENT_LATER)
		return REASONS;
	if (room < (__s32)bytes || transport + ICMP_HEADER_BYTES > end)
		return REASON_MALFORMED;
	if (p->tuple.protocol == icmp)
		return REASONS;
	p->tuple.ports = *(const __u32 *)transport;
	if (p->tuple.protocol == IPPROTO_TCP) {
		if (transport + sizeof(struct tcphdr) > end)
			return REASON_MALFORMED;
		p->tcp_flags = ((const __u8 *)transport)[13];
	}
	return REASONS;
}
