/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What stands between the outer IP header and the packet inside. tunnel.ts is the specification. */
#pragma once
#include <linux/udp.h>
#include "outer.h"
#include "sum.h"

struct tunnel {
	__u32 at;       /* where the packet inside begins, bytes from the frame's start */
	__u32 until;    /* where the tunnel ends */
	__u32 start;    /* GUE's remote checksum: where it begins, bytes from `at`, */
	__u32 offset;   /* and where it belongs; 0 where there is none */
	__u8 protocol;  /* of the packet inside */
};

enum tunnel_kind { TUNNEL_NONE, TUNNEL_IPIP, TUNNEL_GRE, TUNNEL_GUE };

/* So many bytes from `at` on, which lie before `until`; NULL where they do not. */
static __always_inline void *bytes_at(struct xdp_md *ctx, __u32 at, __u32 count, __u32 until)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;

	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX || at + count > until || data + at + count > end)
		return 0;
	return data + at;
}

/* TUNNEL_NONE where the packet is of no kind of tunnel that this host takes. */
static __always_inline enum tunnel_kind tunnel_kind(struct xdp_md *ctx, const struct config *config,
						    const struct outer *o)
{
	if (o->protocol == IPPROTO_IPIP || o->protocol == IPPROTO_IPV6)
		return config->kinds & KIND_IPIP ? TUNNEL_IPIP : TUNNEL_NONE;
	if (o->protocol == IPPROTO_GRE)
		return config->kinds & KIND_GRE ? TUNNEL_GRE : TUNNEL_NONE;
	/* A later fragment has no port that could tell. */
	if (o->protocol != IPPROTO_UDP || !config->gue_port || o->fragment == FRAGMENT_LATER)
		return TUNNEL_NONE;

	const struct udphdr *udp = bytes_at(ctx, o->at, sizeof(*udp), o->until);

	return udp && udp->dest == config->gue_port ? TUNNEL_GUE : TUNNEL_NONE;
}

#include "gre.h"
#include "gue.h"

/* REASONS (no reason to stop) when `t` holds a tunnel. */
static __always_inline enum reason tunnel_read(struct xdp_md *ctx, enum tunnel_kind kind,
					       const struct outer *o, struct tunnel *t)
{
	if (o->family == 4 && !checksum_holds(ctx, sizeof(struct ethhdr), o->at, 0))
		return REASON_BAD_CHECKSUM;
	if (kind == TUNNEL_GRE)
		return gre_read(ctx, o, t);
	if (kind == TUNNEL_GUE)
		return gue_read(ctx, o, t);
	t->protocol = o->protocol;
	t->at = o->at;
	t->until = o->until;
	return REASONS;
}
