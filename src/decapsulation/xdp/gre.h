/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * GRE as IPVS sends it (RFC 2784): version 0, perhaps a checksum, nothing else. gre.ts is the
 * specification.
 */
#pragma once

#define GRE_CHECKSUM bpf_htons(0x8000)

struct gre_header {
	__be16 flags;
	__be16 type;
};

static __always_inline enum reason gre_read(struct xdp_md *ctx, const struct outer *o,
					    struct tunnel *t)
{
	const struct gre_header *gre = bytes_at(ctx, o->at, sizeof(*gre), o->until);

	if (!gre)
		return REASON_MALFORMED;
	if (gre->flags & ~GRE_CHECKSUM)
		return REASON_UNSUPPORTED;
	if (gre->type != bpf_htons(ETH_P_IP) && gre->type != bpf_htons(ETH_P_IPV6))
		return REASON_UNSUPPORTED;
	t->protocol = gre->type == bpf_htons(ETH_P_IP) ? IPPROTO_IPIP : IPPROTO_IPV6;
	t->at = o->at + (gre->flags ? 8 : 4);
	t->until = o->until;
	if (t->until < t->at)
		return REASON_MALFORMED;
	if (gre->flags && !checksum_holds(ctx, o->at, o->until, 0))
		return REASON_BAD_CHECKSUM;
	return REASONS;
}
