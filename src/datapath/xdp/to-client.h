/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Packets that go to clients. The tables say nothing of the way there; the kernel is asked, and
 * where it does not know the way at once the packet goes up and is routed there. to-client.ts is
 * the specification.
 */
#pragma once
#include "nat-servers.h"
#include "stats.h"
#include "time-to-live.h"
#include "verdict.h"

#define AF_INET 2
#define AF_INET6 10

enum way { WAY_UP, WAY_OUT, WAY_TOO_BIG };

/* Frames leave by the interfaces that frames come in on: only those are sure to take them. */
static __always_inline int ifindex_is_ours(__u32 ifindex)
{
	const struct iface *iface = table_at(&ifaces, ifindex % INTERFACES);

	return iface && iface->ifindex == ifindex;
}

/* What the kernel's routes say; `fib` has the interface and the MAC addresses for WAY_OUT. */
static __always_inline enum way way_find(struct xdp_md *ctx, __u8 family, const struct ip *source,
					 const struct ip *destination, __u16 length,
					 struct bpf_fib_lookup *fib)
{
	__builtin_memset(fib, 0, sizeof(*fib));
	fib->tot_len = length;
	fib->ifindex = ctx->ingress_ifindex;
	if (family == 4) {
		fib->family = AF_INET;
		fib->ipv4_src = source->words[3];
		fib->ipv4_dst = destination->words[3];
	} else {
		fib->family = AF_INET6;
		*(struct ip *)fib->ipv6_src = *source;
		*(struct ip *)fib->ipv6_dst = *destination;
	}

	long answer = bpf_fib_lookup(ctx, fib, sizeof(*fib), 0);

	if (answer == BPF_FIB_LKUP_RET_FRAG_NEEDED)
		return WAY_TOO_BIG;
	if (answer != BPF_FIB_LKUP_RET_SUCCESS)
		return WAY_UP;
	return ifindex_is_ours(fib->ifindex) ? WAY_OUT : WAY_UP;
}

static __always_inline int way_leave(struct xdp_md *ctx, const struct bpf_fib_lookup *fib,
				     enum reason reason)
{
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > (void *)(long)ctx->data_end)
		return verdict(REASON_TABLES_BROKEN);
	__builtin_memcpy(eth->h_dest, fib->dmac, ETH_ALEN);
	__builtin_memcpy(eth->h_source, fib->smac, ETH_ALEN);
	reason_count(reason);
	if (fib->ifindex == ctx->ingress_ifindex)
		return XDP_TX;
	return bpf_redirect(fib->ifindex, 0);
}

/*
 * Whether a server's packet of a flow may be changed now and then leave by `way`; otherwise `stop`
 * is its verdict.
 */
static __always_inline int client_way(struct xdp_md *ctx, const struct packet *p,
				      const struct nat_flow *flow, struct bpf_fib_lookup *fib,
				      enum way *way, int *stop)
{
	if (!lease_allows(&flow->tuple.virtual)) {
		*stop = verdict(REASON_NO_LEASE);
		return 0;
	}
	/*
	 * ip_forward() comes before IPVS, so that the server hears of its own packet what cannot
	 * go.
	 */
	if (time_to_live(ctx, p) <= 1) {
		*stop = verdict(REASON_REPLY_UP);
		return 0;
	}
	*way = way_find(ctx, p->tuple.family, &flow->tuple.virtual, &p->tuple.virtual, p->length,
			fib);
	if (*way == WAY_TOO_BIG && !may_fragment(ctx, p)) {
		*stop = verdict(REASON_REPLY_UP);
		return 0;
	}
	return 1;
}

/* The packet has been changed. */
static __always_inline int client_send(struct xdp_md *ctx, const struct packet *p,
				       const struct nat_flow *flow,
				       const struct bpf_fib_lookup *fib, enum way way,
				       enum reason reason)
{
	stats_count_answer(flow->server, p->length);
	if (way != WAY_OUT)
		return verdict(REASON_REPLY_UP);
	time_to_live_decrement(ctx, p);
	return way_leave(ctx, fib, reason);
}
