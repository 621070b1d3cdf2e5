/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Stage 3, scheduler: which real server a new connection gets. One file each in schedulers/, all
 * with one shape: they look at the members of a pool in IPVS's order, newest first, and leave the
 * chosen one in the draw. scheduler.ts and schedulers/ are the specification.
 */
#pragma once
#include "load.h"

#define NO_SERVER 0xffffffffu

enum scheduler {
	SCHEDULER_RR,
	SCHEDULER_WRR,
	SCHEDULER_LC,
	SCHEDULER_WLC,
};

/* One choice in progress: what bpf_loop() carries from member to member. */
struct draw {
	__u32 pool;     /* slot of the header */
	__u32 count;
	__u32 flags;
	__u32 position; /* where the round begins */
	__u32 server;   /* the choice so far, or NO_SERVER */
	__u32 member;   /* its place in the pool */
	__u32 weight;   /* wrr: the weight to reach; wlc: the choice's own */
	__u32 weight_largest;
	__u64 overhead;
};

static __always_inline const struct pool_member *draw_member(const struct draw *draw, __u32 i)
{
	const union pool_slot *slot = table_at(&pools, draw->pool + 1 + i / POOL_SLOT_MEMBERS);

	return slot ? &slot->members[i % POOL_SLOT_MEMBERS] : NULL;
}

/* Not quiesced and not over its threshold: IP_VS_DEST_F_OVERLOAD. */
static __always_inline int draw_may_take(const struct draw *draw, const struct pool_member *member)
{
	if (!member->weight)
		return 0;
	if (!(draw->flags & POOL_THRESHOLDS))
		return 1;

	const struct load *load = table_at(&loads, member->server);

	return load && !load->overloaded;
}

/*
 * The memory of a scheduler is one word: cursor + 1 (17 bits), current weight (31 bits), and the
 * generation of the pool it is about (16 bits). After a flip it is about another pool, and the new
 * pool's header says where to go on.
 */
struct memory {
	__u32 cursor; /* 1 + the member chosen last; 0: before the first */
	__u32 weight;
};

static __always_inline void memory_read(__u64 word, const struct pool_header *header,
					struct memory *memory)
{
	if ((__u16)(word >> 48) == (__u16)header->generation) {
		memory->cursor = word & 0x1ffff;
		memory->weight = (word >> 17) & 0x7fffffff;
	} else {
		memory->cursor = header->start_cursor;
		memory->weight = header->start_weight;
	}
}

static __always_inline __u64 memory_word(const struct memory *memory,
					 const struct pool_header *header)
{
	return (__u64)(__u16)header->generation << 48 | (__u64)memory->weight << 17 |
	       memory->cursor;
}

#include "schedulers/rr.h"
#include "schedulers/wrr.h"
#include "schedulers/lc.h"
#include "schedulers/wlc.h"

/* How often a choice is made anew because another CPU made one meanwhile. */
#define MEMORY_TRIES 4

static __always_inline void draw_once(const struct pool_header *header, struct memory *memory,
				      struct draw *draw)
{
	draw->server = NO_SERVER;
	switch (header->scheduler) {
	case SCHEDULER_RR:
		rr_draw(memory, draw);
		break;
	case SCHEDULER_WRR:
		wrr_draw(header, memory, draw);
		break;
	case SCHEDULER_LC:
		lc_draw(draw);
		break;
	case SCHEDULER_WLC:
		wlc_draw(draw);
		break;
	}
}

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
	return &slot->header;
}

/* The server of a new connection, or NO_SERVER. */
static __noinline __u32 scheduler_choose(struct service *service)
{
	struct draw draw = {};
	const struct pool_header *header;
	struct memory memory;

	for (int i = 0; i < MEMORY_TRIES; i++) {
		__u64 before = *(volatile __u64 *)&service->scheduler_state;

		header = pool_of(service, &draw);
		if (!header || !draw.count)
			return NO_SERVER;
		memory_read(before, header, &memory);
		draw_once(header, &memory, &draw);
		if (draw.server == NO_SERVER)
			return NO_SERVER;

		__u64 after = memory_word(&memory, header);

		if (after == before ||
		    __sync_val_compare_and_swap(&service->scheduler_state, before, after) == before)
			break;
	}
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
static __noinline __u32 scheduler_hash(struct service *service, __u32 tag)
{
	struct draw draw = { .server = NO_SERVER };

	if (!pool_of(service, &draw) || !draw.count)
		return NO_SERVER;
	draw.position = ((__u64)tag * draw.count) >> 32;
	bpf_loop(draw.count, hash_step, &draw, 0);
	return draw.server;
}
