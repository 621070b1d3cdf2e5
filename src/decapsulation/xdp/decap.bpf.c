/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The real server's end of a tunnel: what directors send to VIPs of this host in IP in IP (RFC
 * 2003, RFC 2473, RFC 4213), GRE or GUE goes up to the stack as if it had come without the tunnel.
 * decapsulate.ts is the specification, and each header has one of the same name.
 */
#include "congestion.h"

/* The director left the sum of the pseudo header there, and the rest to us. */
static __always_inline void checksum_fill(struct xdp_md *ctx, const struct tunnel *t)
{
	__u32 check = checksum(ctx, t->at + t->start, t->until, 0);
	__u16 *place = bytes_at(ctx, t->at + t->offset, sizeof(*place), t->until);

	/* RFC 768: to UDP zero would say that there is none; to TCP both zeros are alike. */
	if (place)
		*place = check ? check : 0xffff;
}

/* The Ethernet header goes along, and names what is inside. */
static __always_inline int unwrap(struct xdp_md *ctx, const struct tunnel *t)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct ethhdr kept;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return REASON_MALFORMED;
	kept = *eth;
	kept.h_proto = t->protocol == IPPROTO_IPIP ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);
	if (bpf_xdp_adjust_head(ctx, t->at - sizeof(*eth)))
		return REASON_MALFORMED;
	eth = (void *)(long)ctx->data;
	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return REASON_MALFORMED;
	*eth = kept;
	return REASON_DECAPSULATED;
}

static __always_inline enum reason take_out(struct xdp_md *ctx, const struct config *config)
{
	struct outer outer = {};
	struct tunnel tunnel = {};
	struct inner inner = {};

	if (!outer_read(ctx, &outer))
		return REASON_NOT_A_TUNNEL;

	enum tunnel_kind kind = tunnel_kind(ctx, config, &outer);

	if (kind == TUNNEL_NONE)
		return REASON_NOT_A_TUNNEL;
	if (outer.fragment != FRAGMENT_NONE)
		return REASON_OUTER_FRAGMENT;
	if (!is_director(config, &outer.source))
		return REASON_OUTER_SOURCE;

	enum reason stop = tunnel_read(ctx, kind, &outer, &tunnel);

	if (stop != REASONS)
		return stop;
	if (!inner_read(ctx, &tunnel, &inner))
		return REASON_MALFORMED;
	if (!is_vip(config, &inner.destination))
		return REASON_INNER_DESTINATION;

	int leaving = congestion_leaving(outer.congestion, inner.congestion);

	if (leaving < 0)
		return REASON_CONGESTION;
	if (tunnel.offset)
		checksum_fill(ctx, &tunnel);
	congestion_write(ctx, &tunnel, &inner, leaving);
	return unwrap(ctx, &tunnel);
}

SEC("xdp") int decapsulate(struct xdp_md *ctx)
{
	const struct config *config_ = table_at(&config, 0);

	return verdict(config_ ? take_out(ctx, config_) : REASON_NOT_A_TUNNEL);
}

char _license[] SEC("license") = "Dual MIT/GPL";
