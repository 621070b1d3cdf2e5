/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Where the replies to a NAT connection of a mark find it. The server's address names the service,
 * and a service of an address names the connection; but a mark's connections are to any address,
 * so theirs have a second entry, of what their replies carry. So have those of a service for every
 * port whose server takes all of them at one. reverse.ts is the specification.
 */
#pragma once
#include "connection-new.h"
#include "server-address.h"

/* Whether a service's connections to this NAT server have a second entry. */
static __always_inline int answers_by_reverse(const struct service *service,
					      const struct server *server)
{
	return !service->protocol || (!service->port && server->port);
}

/* What a reply of this server to this flow carries, seen as the flow's. */
static __always_inline void reverse_tuple(const struct tuple *flow, const struct server *server,
					  struct tuple *t)
{
	*t = *flow;
	t->virtual = server->address;
	t->ports = PORTS(CLIENT_PORT(flow), server_port(server, VIRTUAL_PORT(flow)));
	t->kind = TUPLE_REVERSE;
}

/*
 * `forward`: index of the connection's own entry. False when there is no room for both, and then
 * neither is there: the newer may have taken the older's place, as it does of what is half open.
 */
SUBPROGRAM int reverse_enter(const struct tuple *flow, __u32 server_index, __u32 forward)
{
	const struct server *server = table_at(&servers, server_index);
	struct scratch *scratch = scratch_of(SCRATCH_FIND);

	if (!flow || !server || !scratch)
		return 0;
	reverse_tuple(flow, server, &scratch->tuple);

	__s32 index = connection_enter_apart(&scratch->tuple, server_index, STATE_REVERSE,
					     forward + 1);
	const __u64 *word = connection_word(forward);

	if (index >= 0 && (__u32)index != forward)
		return 1;
	if (word)
		connection_remove(forward, *(const volatile __u64 *)word);
	return 0;
}
