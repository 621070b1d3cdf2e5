/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * What names a flow, whichever way its packet went: the client's side and the virtual side.
 * Templates and replies to NAT are tuples of other kinds, in the same table. tuple.ts is the
 * specification.
 */
#pragma once
#include <linux/in.h>
#include <bpf/bpf_endian.h>
#include "tables.h"

/* An IPv4 address is ::ffff:a.b.c.d, so its last word is the address. */
struct tuple {
	struct ip client;
	struct ip virtual;
	/* Client port, then virtual port, as they lie in a packet. */
	__u32 ports;
	__u8 family; /* 4 or 6 */
	__u8 protocol;
	__u8 kind; /* TUPLE_FLOW, TUPLE_TEMPLATE or TUPLE_REVERSE */
	__u8 reserved;
};

#define CLIENT_PORT(tuple) ((__be16)((tuple)->ports))
#define VIRTUAL_PORT(tuple) ((__be16)((tuple)->ports >> 16))
#define PORTS(client, virtual) ((__u32)(client) | (__u32)(virtual) << 16)

static __always_inline void ip_from_v4(struct ip *ip, __u32 v4)
{
	ip->words[0] = 0;
	ip->words[1] = 0;
	ip->words[2] = bpf_htonl(0xffff);
	ip->words[3] = v4;
}

static __always_inline int ip_same(const struct ip *a, const struct ip *b)
{
	return a->words[0] == b->words[0] && a->words[1] == b->words[1] &&
	       a->words[2] == b->words[2] && a->words[3] == b->words[3];
}

/* The tuple seen from the other end: of a reply, or of a packet quoted by an ICMP error. */
static __always_inline void tuple_reverse(const struct tuple *t, struct tuple *reversed)
{
	reversed->client = t->virtual;
	reversed->virtual = t->client;
	reversed->ports = PORTS(VIRTUAL_PORT(t), CLIENT_PORT(t));
	reversed->family = t->family;
	reversed->protocol = t->protocol;
	reversed->kind = TUPLE_FLOW;
	reversed->reserved = 0;
}
