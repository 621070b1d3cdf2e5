/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * What a scheduler works with: the members of a pool in IPVS's order, newest first, the choice it
 * makes among them, and what it remembers from one choice to the next. scheduler.ts is the
 * specification.
 */
#pragma once
#include "load.h"

#define NO_SERVER 0xffffffffu

/* A flow that is to be scheduled. */
struct flow {
	const struct tuple *tuple;
	__u32 tag; /* in the connection table: a keyed hash of the tuple */
	__u32 service;
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
	__u32 ring;     /* how many places the ring has */
	__u32 key;      /* sh, mh: what is hashed, without the offset */
	__u64 total;    /* twos: of the weights; then what is left of the second number drawn */
};

static __always_inline const struct pool_member *draw_member(const struct draw *draw, __u32 i)
{
	const union pool_slot *slot = table_at(&pools, draw->pool + 1 + i / POOL_SLOT_MEMBERS);

	return slot ? &slot->members[i % POOL_SLOT_MEMBERS] : NULL;
}

/* The member that has a place of the ring, or NULL. */
static __always_inline const struct pool_member *draw_ring(const struct draw *draw, __u32 place)
{
	__u32 first = draw->pool + 1 + (draw->count + POOL_SLOT_MEMBERS - 1) / POOL_SLOT_MEMBERS;
	const union pool_slot *slot = table_at(&pools, first + place / POOL_SLOT_PLACES);

	if (!slot || place >= draw->ring)
		return NULL;

	__u32 member = slot->ring[place % POOL_SLOT_PLACES];

	return member < draw->count ? draw_member(draw, member) : NULL;
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
