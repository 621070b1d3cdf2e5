/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Persistence: a template in the connection table remembers the server of a group of clients
 * (ip_vs_sched_persist(), inventory P-01 to P-05). persistence.ts is the specification.
 */
#pragma once
#include "connection-new.h"
#include "scheduler.h"

/* Under this tag nobody looks for anything on purpose. */
#define FORGOTTEN_TAG 1
#define FORGOTTEN_PORT 0xffff

/* A word's part of a prefix of so many bits from its start, as it lies in a packet. */
static __always_inline __u32 prefix_word(__s32 bits)
{
	if (bits <= 0)
		return 0;
	return bits >= 32 ? ~0u : bpf_htonl(~0u << (32 - bits));
}

static __always_inline void client_mask(struct ip *client, __u8 family, __u32 netmask)
{
	if (family == 4) {
		client->words[3] &= netmask;
		return;
	}
	#pragma unroll
	for (int i = 0; i < 4; i++)
		client->words[i] &= prefix_word((__s32)netmask - 32 * i);
}

/* What the template of a flow is found by; the service says how far clients are one. */
static __always_inline void template_tuple(const struct service *service, const struct tuple *flow,
					   struct tuple *t)
{
	*t = *flow;
	client_mask(&t->client, flow->family, service->netmask);
	if (!service->protocol)
		t->virtual = service->address;
	t->ports = PORTS(0, service->port ? VIRTUAL_PORT(flow) : 0);
	t->protocol = service->protocol;
	t->kind = TUPLE_TEMPLATE;
}

/* ip_vs_check_template(): not of a server that is gone, or quiesced if that is so set. */
static __always_inline int template_holds(__u64 word, const struct control *control)
{
	const struct server *server = table_at(&servers, WORD_SERVER(word));

	if (!server || !(server->flags & SERVER_AVAILABLE))
		return 0;
	return !control->expire_quiescent_template || server->weight;
}

/* It stays for its connections, but is no longer found. */
static __always_inline void template_forget(const struct exact *exact)
{
	struct connection_cold *cold = table_at(&connections_cold, exact->index);
	__u64 *word = connection_word(exact->index);
	__u64 forgotten = (__u32)exact->value | (__u64)FORGOTTEN_TAG << WORD_TAG_SHIFT;

	if (!cold || !word ||
	    __sync_val_compare_and_swap(word, exact->value, forgotten) != exact->value)
		return;
	cold->client_port = 0;
	cold->virtual_port = FORGOTTEN_PORT;
}

/* ip_vs_conn_put(): the template's time begins anew. */
static __always_inline void template_restart(__u32 template)
{
	struct connection_cold *cold = table_at(&connections_cold, template);

	if (cold)
		cold->seen = ticks();
}

/* Which server, and the index of the template or less than 0. */
struct persistent {
	__u32 server;
	__s32 template;
};

SUBPROGRAM __u32 schedule_by_members(__u32 service_index)
{
	struct service *service = table_at(&services, service_index);

	return service ? scheduler_choose(service) : NO_SERVER;
}

SUBPROGRAM __u32 schedule_by_flow(const struct tuple *tuple, __u32 service_index, __u32 tag)
{
	struct service *service = table_at(&services, service_index);

	if (!tuple || !service)
		return NO_SERVER;

	const struct flow flow = { .tuple = tuple, .tag = tag, .service = service_index };

	return scheduler_choose_by_flow(service, &flow);
}

/*
 * The server of a new connection, or NO_SERVER. Two subprograms one after the other, not one in the
 * other: their stacks lie in the same place then.
 */
static __always_inline __u32 schedule_choose(const struct tuple *tuple, __u32 service_index,
					     __u32 tag)
{
	__u32 server = schedule_by_members(service_index);

	return server == BY_FLOW ? schedule_by_flow(tuple, service_index, tag) : server;
}

/* The template of a flow's client and its server; `chosen` stays as it is without one. */
SUBPROGRAM int template_find(const struct tuple *flow, __u32 service_index,
			     struct persistent *chosen)
{
	const struct service *service = table_at(&services, service_index);
	const struct control *control = control_line();
	struct scratch *scratch = scratch_of(SCRATCH_FIND);

	if (!flow || !service || !control || !chosen || !scratch)
		return 0;

	const struct exact *exact = &scratch->exact;

	template_tuple(service, flow, &scratch->tuple);
	connection_place(&scratch->tuple, &scratch->place);
	if (!connection_find_exact(&scratch->tuple, &scratch->place, &scratch->exact))
		return 0;
	if (!template_holds(exact->value, control)) {
		template_forget(exact);
		return 0;
	}
	/* Now, so that the connection to come does not take its place. */
	template_restart(exact->index);
	chosen->server = WORD_SERVER(exact->value);
	chosen->template = exact->index;
	return 1;
}

/* The template that template_find() looked for, or less than 0 when there is no room. */
static __always_inline int template_enter(__u32 server)
{
	const struct scratch *scratch = scratch_of(SCRATCH_FIND);

	return scratch ? connection_enter_apart(&scratch->tuple, server, STATE_TEMPLATE, 0) : -1;
}

/* ip_vs_control_add() */
static __always_inline void connection_control(__u32 template, __u32 state)
{
	struct connection_cold *cold = table_at(&connections_cold, template);

	if (!cold)
		return;
	__sync_fetch_and_add(&cold->control, 1);
	template_restart(template);
	if (state == STATE_ESTABLISHED)
		template_assure(template);
}
