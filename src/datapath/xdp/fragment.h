/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Packets in fragments. The first fragment carries the ports, and the table keeps them for those
 * that follow, which go the same way one by one. One that comes before its first is none of ours:
 * it goes up to the host's stack, counted. fragment.ts is the specification.
 */
#pragma once
#include "packet.h"

/* Fragments of one packet come within moments; an id is used again after minutes at the soonest. */
#define FRAGMENT_LIFETIME 28610 /* 30 s of 2^20 ns ticks */

/* Multiply-shift, keyed with the tables' secrets, so that nobody can aim at a place. */
static __always_inline __u32 fragment_slot(const struct packet *p)
{
	const struct tuple *t = &p->tuple;
	__u32 sum = (p->fragment_id + hash_keys[8]) * (hash_keys[9] | 1);

	#pragma unroll
	for (int i = 0; i < 4; i++) {
		sum += (t->client.words[i] + hash_keys[i]) * (hash_keys[i + 1] | 1);
		sum += (t->virtual.words[i] + hash_keys[i + 4]) * (hash_keys[i + 5] | 1);
	}
	return ((__u64)sum * fragments_max) >> 32;
}

static __always_inline int fragment_is(const struct fragment *f, const struct packet *p)
{
	return f->used && f->id == p->fragment_id && f->protocol == p->tuple.protocol &&
	       ip_same(&f->source, &p->tuple.client) && ip_same(&f->destination, &p->tuple.virtual);
}

/* Whether the packet's ports are known; they are in `p` then. */
SUBPROGRAM int fragment_ports(struct packet *p)
{
	if (!p)
		return 0;

	struct fragment *f = table_at(&fragments, fragment_slot(p));

	if (!f)
		return 0;
	if (p->fragment == FRAGMENT_FIRST) {
		*(volatile __u8 *)&f->used = 0;
		asm volatile("" : : : "memory");
		f->source = p->tuple.client;
		f->destination = p->tuple.virtual;
		f->id = p->fragment_id;
		f->ports = p->tuple.ports;
		f->seen = ticks();
		f->protocol = p->tuple.protocol;
		/* Last: who reads meanwhile takes no half of it. */
		asm volatile("" : : : "memory");
		*(volatile __u8 *)&f->used = 1;
		return 1;
	}
	if (!fragment_is(f, p) || ticks() - f->seen > FRAGMENT_LIFETIME)
		return 0;
	p->tuple.ports = f->ports;
	return 1;
}
