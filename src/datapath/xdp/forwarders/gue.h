/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The headers of a GUE tunnel (draft-ietf-intarea-gue section 3, variant 0): UDP, and four bytes
 * that say which protocol is inside.
 *
 * IPVS offloads the inner checksum (--tun-remcsum) only for packets of its own that have none yet.
 * What comes in by a wire has one, and gets an ordinary outer checksum. gue.ts is the
 * specification.
 */
#pragma once
#include "inner-sum.h"

/* udp_flow_src_port(): of net.ipv4.ip_local_port_range as it is by default. */
#define GUE_PORT_FIRST 32768
#define GUE_PORTS 28232

struct gue_header {
	struct udphdr udp;
	__u8 variant;
	__u8 protocol;
	__be16 flags;
};

/* One port a flow, so that routers on the way keep its packets in their order. */
static __always_inline __be16 gue_flow_port(const struct tuple *t)
{
	const __u32 *c = t->client.words, *v = t->virtual.words;
	__u32 mixed = (c[0] ^ c[1] ^ c[2] ^ c[3] ^ v[0] ^ v[1] ^ v[2] ^ v[3] ^ t->ports) *
		      0x9e3779b1u;

	return bpf_htons(GUE_PORT_FIRST + (((mixed >> 16) * GUE_PORTS) >> 16));
}

/* `ends`: the sum over the outer addresses. */
static __always_inline void gue_write(struct gue_header *gue, const struct packet *p,
				      const struct server *server, int summed, __u64 inner,
				      __u64 ends)
{
	__be16 length = bpf_htons(sizeof(*gue) + p->length);
	__u8 inside = p->tuple.family == 4 ? IPPROTO_IPIP : IPPROTO_IPV6;
	__u16 check = 0;

	gue->udp.source = gue_flow_port(&p->tuple);
	gue->udp.dest = server->tunnel_port;
	gue->udp.len = length;
	gue->variant = 0;
	gue->protocol = inside;
	gue->flags = 0;
	if (summed) {
		/* The length twice: in the pseudo header and in the header. */
		check = checksum_after(0xffff, inner + ends + bpf_htons(IPPROTO_UDP) +
						       2 * (__u64)length + gue->udp.source +
						       gue->udp.dest + bpf_htons(inside));
		/* RFC 768: zero would say that there is none. */
		if (!check)
			check = 0xffff;
	}
	gue->udp.check = check;
}
