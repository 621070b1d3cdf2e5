/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * GUE as IPVS sends it (draft-ietf-intarea-gue section 3, variant 0; the option of remote checksum
 * offload as gue_udp_recv() of net/ipv4/fou_core.c reads it). gue.ts is the specification.
 */
#pragma once

#define GUE_VERSION 0xc0
#define GUE_CONTROL 0x20
#define GUE_OPTION_WORDS 0x1f
#define GUE_PRIVATE bpf_htons(0x0001)
#define GUE_REMOTE_CHECKSUM bpf_htonl(0x80000000)

struct gue_header {
	struct udphdr udp;
	__u8 first;
	__u8 protocol;
	__be16 flags;
};

struct gue_remote {
	__be16 start;
	__be16 offset;
};

static __always_inline enum reason gue_read_private(struct xdp_md *ctx, __u32 at, struct tunnel *t)
{
	const __be32 *flags = bytes_at(ctx, at, sizeof(*flags), t->at);

	if (!flags)
		return REASON_MALFORMED;
	if (*flags & ~GUE_REMOTE_CHECKSUM)
		return REASON_UNSUPPORTED;
	if (!*flags)
		return REASONS;

	const struct gue_remote *remote = bytes_at(ctx, at + 4, sizeof(*remote), t->at);

	if (!remote)
		return REASON_MALFORMED;
	t->start = bpf_ntohs(remote->start);
	t->offset = bpf_ntohs(remote->offset);
	/*
	 * The checksum lies in what it covers, and both in the packet (skb_remcsum_process()),
	 * behind its IP header.
	 */
	if (t->start < sizeof(struct iphdr) || t->start > t->offset ||
	    t->at + t->offset + 2 > t->until)
		return REASON_MALFORMED;
	return REASONS;
}

static __always_inline enum reason gue_read(struct xdp_md *ctx, const struct outer *o,
					    struct tunnel *t)
{
	const struct gue_header *gue = bytes_at(ctx, o->at, sizeof(*gue), o->until);

	if (!gue)
		return REASON_MALFORMED;

	__u32 length = bpf_ntohs(gue->udp.len);
	__u64 pseudo = o->ends + bpf_htons(IPPROTO_UDP) + gue->udp.len;
	__u32 inner = o->at + sizeof(*gue) + (gue->first & GUE_OPTION_WORDS) * 4;
	__u8 first = gue->first, protocol = gue->protocol;
	__be16 flags = gue->flags, check = gue->udp.check;

	if (length < sizeof(*gue) || o->at + length > o->until)
		return REASON_MALFORMED;
	/* RFC 768 and RFC 6935: zero is no checksum, for a tunnel also over IPv6. */
	if (check && !checksum_holds(ctx, o->at, o->at + length, pseudo))
		return REASON_BAD_CHECKSUM;
	if ((first & (GUE_VERSION | GUE_CONTROL)) || (flags & ~GUE_PRIVATE))
		return REASON_UNSUPPORTED;
	if (protocol != IPPROTO_IPIP && protocol != IPPROTO_IPV6)
		return REASON_UNSUPPORTED;
	t->protocol = protocol;
	t->at = inner;
	t->until = o->at + length;
	if (t->at > t->until)
		return REASON_MALFORMED;
	return flags ? gue_read_private(ctx, o->at + sizeof(*gue), t) : REASONS;
}
