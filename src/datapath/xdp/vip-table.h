/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The numbered virtual sides that connections name, so that a cold record fits half a line. The
 * control plane enters those of services; here come those that only packets bring: the addresses
 * that marked packets go to, the NAT servers that answer them, and templates. vip-table.ts is the
 * specification.
 */
#pragma once
#include "packet.h"

#define NO_VIP (-1)

static __always_inline int vip_is(const struct vip *vip, const struct tuple *t)
{
	return vip->protocol == t->protocol && vip->kind == t->kind &&
	       ip_same(&vip->address, &t->virtual);
}

/* Multiply-shift over the words, keyed with the tables' secrets. */
static __always_inline __u32 vip_home(const struct tuple *t)
{
	__u32 sum = ((t->protocol | (__u32)t->kind << 8) + hash_keys[4]) * (hash_keys[9] | 1);

	#pragma unroll
	for (int i = 0; i < 4; i++)
		sum += (t->virtual.words[i] + hash_keys[i]) * (hash_keys[i + 5] | 1);
	return ((__u64)sum * vips_max) >> 32;
}

struct vip_search {
	const struct tuple *tuple;
	__u32 at;
	__s32 found;
	__s32 free;
};

static long vip_step(__u32 i, struct vip_search *search)
{
	const struct vip *vip = table_at(&vips, search->at);

	if (!vip)
		return 1;

	__u8 state = *(volatile __u8 *)&vip->state;

	if (state == VIP_USED && vip_is(vip, search->tuple)) {
		search->found = search->at;
		return 1;
	}
	if (state == VIP_FREE && search->free == NO_VIP)
		search->free = search->at;
	search->at = search->at + 1 == vips_max ? 0 : search->at + 1;
	return 0;
}

/*
 * The word of a record with its state: protocol, kind, state and nothing, so that one CPU alone
 * gets a free one.
 */
static __always_inline int vip_claim(struct vip *vip)
{
	__u32 *word = (__u32 *)&vip->protocol;

	return !__sync_val_compare_and_swap(word, VIP_FREE, VIP_WRITING << 16);
}

/* The number of a tuple's virtual side, entered when it is new; NO_VIP when there is no room. */
SUBPROGRAM int vip_index(const struct tuple *tuple)
{
	if (!tuple)
		return NO_VIP;

	struct vip_search search = {
		.tuple = tuple, .at = vip_home(tuple), .found = NO_VIP, .free = NO_VIP,
	};

	bpf_loop(VIP_PROBES < vips_max ? VIP_PROBES : vips_max, vip_step, &search, 0);
	if (search.found != NO_VIP || search.free == NO_VIP)
		return search.found;

	struct vip *vip = table_at(&vips, search.free);

	if (!vip || !vip_claim(vip))
		return NO_VIP;
	vip->address = tuple->virtual;
	asm volatile("" : : : "memory");
	/* Whole at once: who sees it used sees all of it. */
	*(volatile __u32 *)&vip->protocol =
		tuple->protocol | (__u32)tuple->kind << 8 | VIP_USED << 16;
	return search.free;
}
