/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A NAT server's answer (ip_vs_out()): its source becomes the VIP, and it goes on to the client.
 * reply.ts is the specification.
 */
#pragma once
#include "to-client.h"
#include "rewrite.h"

/* No verdict: the packet is no answer. */
#define NO_REPLY (-1)

static __always_inline int reply_may_be(const struct packet *p)
{
	return nat_server_may_be(&p->tuple.client);
}

/* The answer moves the connection's state, and vouches for its template. */
static __always_inline void reply_touch(const struct packet *p, const struct control *control,
					const struct nat_flow *flow)
{
	struct connection c = {
		.word = connection_word(flow->index), .value = flow->value, .index = flow->index,
	};
	const struct connection_cold *cold = table_at(&connections_cold, flow->index);
	const struct service *service = table_at(&services, flow->service);
	__u32 next = state_after(p, control, OUTPUT, WORD_STATE(flow->value));

	if (!flow->entered || !c.word || !cold || !service)
		return;
	connection_touch(&flow->tuple, &c, next);
	/*
	 * udp_state_transition(): UDP has no handshake, and so this is all that there is to go by.
	 */
	if (service->persistence && next == STATE_UDP && cold->control)
		template_assure(cold->control - 1);
}

/* The record of a server that serves at the packet's source port. */
struct asked_search {
	const struct packet *packet;
	__u32 next;
	__u32 service; /* 1 + the service, or 0 */
};

static long asked_step(__u32 i, struct asked_search *search)
{
	const struct server *server = table_at(&servers, search->next - 1);

	if (!server)
		return 1;

	const struct service *service = table_at(&services, server->service);

	if (service && server->service < services_max && service->protocol &&
	    (server->flags & SERVER_AVAILABLE) &&
	    server->port == CLIENT_PORT(&search->packet->tuple)) {
		search->service = server->service + 1;
		return 1;
	}
	search->next = server->next_same;
	return !search->next;
}

/*
 * IPVS nat_icmp_send: a server of this very port that sends what belongs to no connection is told
 * so. The answer comes from the VIP, where IPVS lets the kernel choose an address.
 */
SUBPROGRAM int reply_refuse(struct xdp_md *ctx, struct packet *p, const struct nat_flow *flow)
{
	if (!p || !flow || p->fragment == FRAGMENT_LATER || time_to_live(ctx, p) <= 1 ||
	    (p->tuple.protocol == IPPROTO_TCP && (p->tcp_flags & TCP_RST)))
		return NO_REPLY;

	struct asked_search search = { .packet = p };

	for (int which = 0; which < NAT_SERVER_KEYS && !search.service; which++) {
		search.next = nat_server_first(flow, which);
		if (search.next)
			bpf_loop(NAT_SERVERS_MAX, asked_step, &search, 0);
	}
	if (!search.service)
		return NO_REPLY;

	const struct service *service = table_at(&services, search.service - 1);

	if (!service)
		return NO_REPLY;
	time_to_live_decrement(ctx, p);
	p->tuple.virtual = service->address;
	return icmp_error(ctx, p, REASON_NO_CONNECTION, 0);
}

SUBPROGRAM int reply_send(struct xdp_md *ctx, struct packet *p, const struct nat_flow *flow)
{
	const struct control *control = control_line();
	struct bpf_fib_lookup fib;
	enum way way;
	int stop;

	if (!p || !flow || !control)
		return verdict(REASON_TABLES_BROKEN);
	if (!client_way(ctx, p, flow, &fib, &way, &stop))
		return stop;
	reply_touch(p, control, flow);
	if (!rewrite(ctx, p, SOURCE, &flow->tuple.virtual, VIRTUAL_PORT(&flow->tuple)))
		return verdict(REASON_TABLES_BROKEN);
	return client_send(ctx, p, flow, &fib, way, REASON_REPLIED);
}

SUBPROGRAM int receive_reply(struct xdp_md *ctx, struct packet *p)
{
	const struct control *control = control_line();
	struct nat_flow flow = {};

	if (!p || !control)
		return verdict(REASON_TABLES_BROKEN);
	nat_flow_start(&p->tuple, &flow);
	if (nat_flow_find(&flow))
		return reply_send(ctx, p, &flow);
	return control->nat_icmp_send ? reply_refuse(ctx, p, &flow) : NO_REPLY;
}
