/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What a server is reached at. server-address.ts is the specification. */
#pragma once
#include "tables.h"

/* The port that a server of NAT takes what was sent to this one: its own, or the same. */
static __always_inline __be16 server_port(const struct server *server, __be16 virtual_port)
{
	return server->port ? server->port : virtual_port;
}
