/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The mark of a packet, by the rules of `weir mark`: the first that fits. XDP comes before the
 * firewall, whose marks a packet does not carry yet. mark.ts is the specification.
 */
#pragma once
#include "packet.h"

struct mark_search {
	struct tuple tuple;
	__u32 start;
	__u32 ifindex;
	__u32 mark;
};

/* Whether the first `prefix` bits are the block's. */
static __always_inline int in_block(const struct ip *address, const struct ip *block, __u32 prefix)
{
	#pragma unroll
	for (int i = 0; i < 4; i++) {
		__u32 differs = bpf_ntohl(address->words[i] ^ block->words[i]);
		__s32 bits = (__s32)prefix - 32 * i;

		if (bits > 0 && (bits >= 32 ? differs : differs >> (32 - bits)))
			return 0;
	}
	return 1;
}

static __always_inline int mark_rule_fits(const struct mark_rule *rule, const struct tuple *t,
					  __u32 ifindex)
{
	__u16 client = bpf_ntohs(CLIENT_PORT(t)), virtual = bpf_ntohs(VIRTUAL_PORT(t));

	return rule->family == t->family && (!rule->ifindex || rule->ifindex == ifindex) &&
	       (!rule->protocol || rule->protocol == t->protocol) &&
	       client >= rule->source_port_first && client <= rule->source_port_last &&
	       virtual >= rule->destination_port_first && virtual <= rule->destination_port_last &&
	       in_block(&t->client, &rule->source, rule->source_prefix) &&
	       in_block(&t->virtual, &rule->destination, rule->destination_prefix);
}

static long mark_step(__u32 i, struct mark_search *search)
{
	const struct mark_rule *rule = table_at(&marks, search->start + i);

	if (!rule)
		return 1;
	if (!mark_rule_fits(rule, &search->tuple, search->ifindex))
		return 0;
	search->mark = rule->mark;
	return 1;
}

/* 0 for none. `rules`: start and count, as they stand together in the control line. */
SUBPROGRAM __u32 mark_of(const struct tuple *tuple, __u32 ifindex, __u32 rules)
{
	if (!tuple)
		return 0;

	struct mark_search search = {
		.tuple = *tuple, .start = rules & 0xffff, .ifindex = ifindex,
	};

	bpf_loop(rules >> 16, mark_step, &search, 0);
	return search.mark;
}
