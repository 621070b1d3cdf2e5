/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Stage 2, service: which virtual service a packet asks for. service.ts is the specification. */
#pragma once
#include "packet.h"

static __always_inline const struct service_value *service_find(const struct packet *p,
								const struct control *control)
{
	struct service_key key = {
		.address.words = { 0, 0, bpf_htonl(0xffff), p->virtual },
		.port = VIRTUAL_PORT(p),
		.protocol = p->protocol,
		.generation = control->generation,
	};

	return bpf_map_lookup_elem(&service_keys, &key);
}
