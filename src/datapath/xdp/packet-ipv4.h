/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* An IPv4 packet (RFC 791 section 3.1). packet-ipv4.ts is the specification. */
#pragma once

static __always_inline enum reason ipv4_parse(const struct iphdr *ip, const void *end,
					      struct packet *p)
{
	if ((const void *)(ip + 1) > end)
		return REASON_MALFORMED;

	/* Version 4, at least five words of header, no longer than the frame. */
	__u32 header = ip->ihl * 4;

	p->length = bpf_ntohs(ip->tot_len);
	if (ip->version != 4 || header < sizeof(*ip) || p->length < header ||
	    p->length > (long)end - (long)ip)
		return REASON_MALFORMED;
	p->fragment = FRAGMENT_NONE;
	p->fragment_id = 0;
	if (ip->frag_off & (IP_OFFSET | IP_MF)) {
		p->fragment = ip->frag_off & IP_OFFSET ? FRAGMENT_LATER : FRAGMENT_FIRST;
		p->fragment_id = ip->id;
	}
	p->tuple.family = 4;
	p->tuple.kind = TUPLE_FLOW;
	p->tuple.reserved = 0;
	p->reserved = 0;
	p->tuple.protocol = ip->protocol;
	p->transport = sizeof(struct ethhdr) + header;
	ip_from_v4(&p->tuple.client, ip->saddr);
	ip_from_v4(&p->tuple.virtual, ip->daddr);
	return transport_read((const void *)ip + header, end, (__s32)p->length - (__s32)header,
			      IPPROTO_ICMP, p);
}
