/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Stage 3, scheduler: which real server a new connection gets. One file each in schedulers/, all
 * with one shape: they look at the members of a pool in IPVS's order, newest first, and leave the
 * chosen one in the draw. scheduler.ts and schedulers/ are the specification.
 */
#pragma once

#include "schedulers/rr.h"
#include "schedulers/wrr.h"
#include "schedulers/lc.h"
#include "schedulers/wlc.h"
#include "schedulers/sed.h"
#include "schedulers/nq.h"
#include "schedulers/fo.h"
#include "schedulers/ovf.h"
#include "schedulers/lblc.h"
#include "schedulers/lblcr.h"
#include "schedulers/dh.h"
#include "schedulers/sh.h"
#include "schedulers/mh.h"
#include "schedulers/twos.h"

enum scheduler {
	SCHEDULER_RR,
	SCHEDULER_WRR,
	SCHEDULER_LC,
	SCHEDULER_WLC,
	SCHEDULER_SED,
	SCHEDULER_NQ,
	SCHEDULER_FO,
	SCHEDULER_OVF,
	SCHEDULER_LBLC,
	SCHEDULER_LBLCR,
	SCHEDULER_DH,
	SCHEDULER_SH,
	SCHEDULER_MH,
	SCHEDULER_TWOS,
};

/* What is chosen by more than the pool's members: ask scheduler_choose_by_flow(). */
#define BY_FLOW 0xfffffffeu

/* How often a choice is made anew because another CPU made one meanwhile. */
#define MEMORY_TRIES 4

static __always_inline const struct pool_header *pool_of(const struct service *service,
							 struct draw *draw)
{
	const union pool_slot *slot;

	draw->pool = *(volatile __u64 *)&service->pool;
	slot = table_at(&pools, draw->pool);
	if (!slot)
		return NULL;
	draw->count = slot->header.count;
	draw->flags = slot->header.flags;
	draw->ring = slot->header.ring;
	return &slot->header;
}

/* The memory of a scheduler that has none is the new pool's, as for every other one. */
static __always_inline void memory_keep(struct service *service, const struct pool_header *header)
{
	__u64 before = *(volatile __u64 *)&service->scheduler_state;
	struct memory memory;

	memory_read(before, header, &memory);

	__u64 after = memory_word(&memory, header);

	if (after != before)
		__sync_val_compare_and_swap(&service->scheduler_state, before, after);
}

/*
 * Those that go on from their memory, rr and wrr. 0 when another CPU did so meanwhile; the pool may
 * be another one then as well.
 */
static __always_inline int draw_in_turn(struct service *service, struct draw *draw)
{
	__u64 before = *(volatile __u64 *)&service->scheduler_state;
	const struct pool_header *header = pool_of(service, draw);
	struct memory memory;

	draw->server = NO_SERVER;
	if (!header || !draw->count)
		return 1;
	memory_read(before, header, &memory);
	if (header->scheduler == SCHEDULER_RR)
		rr_draw(&memory, draw);
	else
		wrr_draw(header, &memory, draw);
	if (draw->server == NO_SERVER)
		return 1;

	__u64 after = memory_word(&memory, header);

	return after == before ||
	       __sync_val_compare_and_swap(&service->scheduler_state, before, after) == before;
}

/* The server of a new connection by the members of the pool, NO_SERVER, or BY_FLOW. */
static __always_inline __u32 scheduler_choose(struct service *service)
{
	struct draw draw = { .server = NO_SERVER };
	const struct pool_header *header = pool_of(service, &draw);

	if (!header || !draw.count)
		return NO_SERVER;
	switch (header->scheduler) {
	case SCHEDULER_RR:
	case SCHEDULER_WRR:
		for (int i = 0; i < MEMORY_TRIES; i++)
			if (draw_in_turn(service, &draw))
				break;
		return draw.server;
	case SCHEDULER_LC:
		lc_draw(&draw);
		break;
	case SCHEDULER_WLC:
		wlc_draw(&draw);
		break;
	case SCHEDULER_SED:
		sed_draw(&draw);
		break;
	case SCHEDULER_NQ:
		nq_draw(&draw);
		break;
	case SCHEDULER_FO:
		fo_draw(&draw);
		break;
	case SCHEDULER_OVF:
		ovf_draw(&draw);
		break;
	default:
		return BY_FLOW;
	}
	if (draw.server != NO_SERVER)
		memory_keep(service, header);
	return draw.server;
}

/* The server of a new connection where the flow has a say in it, or NO_SERVER. */
static __always_inline __u32 scheduler_choose_by_flow(struct service *service,
						      const struct flow *flow)
{
	struct draw draw = { .server = NO_SERVER };
	const struct pool_header *header = pool_of(service, &draw);

	if (!header || !draw.count)
		return NO_SERVER;
	switch (header->scheduler) {
	case SCHEDULER_LBLC:
		lblc_draw(&draw, flow);
		break;
	case SCHEDULER_LBLCR:
		lblcr_draw(&draw, flow);
		break;
	case SCHEDULER_DH:
		dh_draw(&draw, flow);
		break;
	case SCHEDULER_SH:
		sh_draw(&draw, flow);
		break;
	case SCHEDULER_MH:
		mh_draw(&draw, flow);
		break;
	case SCHEDULER_TWOS:
		twos_draw(&draw, flow);
		break;
	}
	if (draw.server != NO_SERVER)
		memory_keep(service, header);
	return draw.server;
}

/* bpf_loop: the first member at or after the position that may take a connection. */
static long hash_step(__u32 i, struct draw *draw)
{
	__u32 at = draw->position + i;
	const struct pool_member *member =
		draw_member(draw, at < draw->count ? at : at - draw->count);

	if (!member)
		return 1;
	if (!draw_may_take(draw, member))
		return 0;
	draw->server = member->server;
	return 1;
}

/*
 * The server of a flow that finds no room in the table: by its tag alone, so that all its packets
 * go to the same server as long as the pool stays as it is.
 */
static __noinline __u32 scheduler_hash(const struct service *service, __u32 tag)
{
	struct draw draw = { .server = NO_SERVER };

	if (!pool_of(service, &draw) || !draw.count)
		return NO_SERVER;
	draw.position = ((__u64)tag * draw.count) >> 32;
	bpf_loop(draw.count, hash_step, &draw, 0);
	return draw.server;
}
