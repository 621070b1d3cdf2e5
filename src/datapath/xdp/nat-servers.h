/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Which connection a NAT server's packet belongs to. The connection table knows a connection by its
 * client and its VIP, and the packet says the client and the server; the server's records name
 * their services, and those the VIP. So both ways find the same word. nat-servers.ts is the
 * specification.
 */
#pragma once
#include "open.h"
#include "nat-flow.h"

/* Records of one address, port and protocol that are looked at. */
#define NAT_SERVERS_MAX 16

/* The packet that `reply` is of: the server is its client side. */
static __always_inline void nat_flow_start(const struct tuple *reply, struct nat_flow *flow)
{
	flow->port = CLIENT_PORT(reply);
	flow->tuple.client = reply->virtual;
	flow->tuple.virtual = reply->client;
	flow->tuple.ports = PORTS(VIRTUAL_PORT(reply), 0);
	flow->tuple.family = reply->family;
	flow->tuple.protocol = reply->protocol;
	flow->tuple.kind = TUPLE_FLOW;
	flow->tuple.reserved = 0;
}

/* Multiply-shift, keyed with the tables' secrets: the bit of an address in the filter. */
static __always_inline int nat_server_may_be(const struct ip *address)
{
	const struct nat_filter *filter = table_at(&nat_filter, 0);
	__u32 sum = 0;

	#pragma unroll
	for (int i = 0; i < 4; i++)
		sum += (address->words[i] + hash_keys[i]) * (hash_keys[i + 1] | 1);

	__u32 bit = sum >> 20;

	return filter && ((filter->words[bit >> 6] >> (bit & 63)) & 1);
}

_Static_assert(NAT_FILTER_BITS == 1 << (32 - 20), "a bit is of the filter");

/*
 * 1 + the first record of the server under one of its four keys, or 0: those of its port, then
 * those of any, of addresses before marks.
 */
SUBPROGRAM __u32 nat_server_first(const struct nat_flow *flow, __u32 which)
{
	if (!flow)
		return 0;

	struct service_key key = {
		.address = flow->tuple.virtual,
		.port = which & 1 ? 0 : flow->port,
		.protocol = which & 2 ? 0 : flow->tuple.protocol,
		.kind = KEY_NAT_SERVER,
	};
	const struct service_value *value = service_find_key(&key);

	return value ? value->service + 1 : 0;
}

#define NAT_SERVER_KEYS 4

/* The connection that the reply's own entry leads to. */
static __always_inline int nat_flow_reversed(struct nat_flow *flow, __u32 server_index)
{
	struct connection c;
	struct place place;
	int collides;

	flow->tuple.ports = PORTS(CLIENT_PORT(&flow->tuple), flow->port);
	flow->tuple.kind = TUPLE_REVERSE;
	connection_place(&flow->tuple, &place);

	int found = connection_exact(&flow->tuple, &place, &c, &collides);
	const struct connection_cold *cold = table_at(&connections_cold, c.index);

	flow->tuple.kind = TUPLE_FLOW;
	if (!found || !cold || WORD_SERVER(c.value) != server_index ||
	    !connection_forward_lives(cold, c.value))
		return 0;
	flow->index = cold->control - 1;

	const __u64 *word = connection_word(flow->index);

	cold = table_at(&connections_cold, flow->index);
	if (!word || !cold)
		return 0;

	const struct vip *vip = table_at(&vips, cold->vip);

	if (!vip)
		return 0;
	flow->value = *(const volatile __u64 *)word;
	flow->tuple.virtual = vip->address;
	flow->tuple.ports = PORTS(CLIENT_PORT(&flow->tuple), cold->virtual_port);
	return 1;
}

enum candidate { CANDIDATE_NOT, CANDIDATE_UNTRACKED, CANDIDATE_FOUND };

/* Whether the packet is of a connection to this record; then `flow` says of which. */
SUBPROGRAM int nat_flow_candidate(struct nat_flow *flow, __u32 server_index)
{
	const struct server *server = table_at(&servers, server_index);
	struct connection c;
	struct place place;
	int collides;

	/* Without a service nothing is known of its VIP. */
	if (!flow || !server || server->service >= services_max)
		return CANDIDATE_NOT;
	flow->service = server->service;
	flow->server = server_index;

	const struct service *service = table_at(&services, server->service);

	if (!service)
		return CANDIDATE_NOT;
	flow->entered = 1;
	if (answers_by_reverse(service, server))
		return nat_flow_reversed(flow, server_index) ? CANDIDATE_FOUND : CANDIDATE_NOT;
	flow->tuple.virtual = service->address;
	flow->tuple.ports = PORTS(CLIENT_PORT(&flow->tuple),
				  service->port ? service->port : flow->port);
	connection_place(&flow->tuple, &place);
	if (connection_find(&flow->tuple, &place, &c, &collides) &&
	    WORD_SERVER(c.value) == server_index) {
		flow->index = c.index;
		flow->value = c.value;
		return CANDIDATE_FOUND;
	}
	flow->entered = 0;
	if (untracked_lately(service))
		return CANDIDATE_UNTRACKED;
	flow->tuple.virtual = server->address;
	return CANDIDATE_NOT;
}

struct nat_search {
	struct nat_flow *flow;
	__u32 next;      /* 1 + the record to look at */
	__u32 untracked; /* 1 + the first that a flow without an entry may be of */
	__u32 found;
};

static long nat_step(__u32 i, struct nat_search *search)
{
	__u32 server_index = search->next - 1;
	int candidate = nat_flow_candidate(search->flow, server_index);

	if (candidate == CANDIDATE_FOUND) {
		search->found = 1;
		return 1;
	}

	const struct server *server = table_at(&servers, server_index);

	if (!server)
		return 1;
	if (candidate == CANDIDATE_UNTRACKED) {
		search->flow->tuple.virtual = server->address;
		if (!search->untracked)
			search->untracked = search->next;
	}
	search->next = server->next_same;
	return !search->next;
}

/* The connection that a packet belongs to. */
SUBPROGRAM int nat_flow_find(struct nat_flow *flow)
{
	struct nat_search search = { .flow = flow };

	if (!flow)
		return 0;
	for (int which = 0; which < NAT_SERVER_KEYS; which++) {
		search.next = nat_server_first(flow, which);
		if (search.next)
			bpf_loop(NAT_SERVERS_MAX, nat_step, &search, 0);
		if (search.found)
			return 1;
	}
	return search.untracked && nat_flow_candidate(flow, search.untracked - 1);
}
