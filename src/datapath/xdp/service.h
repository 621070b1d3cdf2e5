/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Stage 2, service: which virtual service a packet asks for. service.ts and service-table.ts are
 * the specification: a hash with linear probing, because BPF's own costs 90 ns more.
 */
#pragma once
#include "connection-change.h"
#include "mark.h"

static __always_inline __u32 service_home(const struct service_key *key)
{
	const __u32 *w = (const __u32 *)key;
	__u64 h = (__u64)(w[0] + hash_keys[4]) * (__u32)(w[1] + hash_keys[5]) +
		  (__u64)(w[2] + hash_keys[6]) * (__u32)(w[3] + hash_keys[7]) +
		  (__u64)(w[4] + hash_keys[8]) * (__u32)(w[5] + hash_keys[9]);

	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdull;
	return ((h >> 32) * service_slots_max) >> 32;
}

static __always_inline int service_key_is(const struct service_key *key,
					  const struct service_key *other)
{
	const __u64 *a = (const __u64 *)key, *b = (const __u64 *)other;

	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2];
}

static __always_inline const struct service_value *service_find_key(const struct service_key *key)
{
	__u32 at = service_home(key);

	for (int i = 0; i < SERVICE_PROBES; i++) {
		const struct service_slot *slot = table_at(&service_slots, at);

		if (!slot || !*(const volatile __u64 *)&slot->value)
			return NULL;
		if ((slot->value.flags & SLOT_USED) && service_key_is(&slot->key, key))
			return &slot->value;
		if (++at == service_slots_max)
			at = 0;
	}
	return NULL;
}

static __always_inline const struct service_value *
service_find_address(const struct tuple *t, __be16 port, __u32 generation)
{
	struct service_key key = {
		.address = t->virtual,
		.port = port,
		.protocol = t->protocol,
		.kind = KEY_SERVICE,
		.generation = generation,
	};

	return service_find_key(&key);
}

/* What a packet asks for; `vip` is NO_VIP for none. */
struct found_service {
	__u32 service;
	__s32 vip;
	__u32 flags;
};

/* The service of a mark has no address of its own: each connection's virtual side is noted. */
static __always_inline int service_find_marked(const struct tuple *t, __u32 mark,
					       __u32 generation, struct found_service *found)
{
	struct service_key key = {
		.address.words = { 0, 0, bpf_htonl(0xffff), bpf_htonl(mark) },
		.kind = t->family == 4 ? KEY_MARK4 : KEY_MARK6,
		.generation = generation,
	};
	const struct service_value *value = service_find_key(&key);

	if (!value)
		return 0;
	found->service = value->service;
	found->flags = value->flags;
	found->vip = vip_index(t);
	return found->vip != NO_VIP;
}

/* ip_vs_service_find(): by mark, else by address and port, else by address alone. */
SUBPROGRAM int service_find(const struct tuple *t, __u32 ifindex, struct found_service *found)
{
	const struct control *control = control_line();
	const struct service_value *value;

	if (!t || !found || !control)
		return 0;
	if (control->marks_count) {
		__u32 mark = mark_of(t, ifindex, *(const __u32 *)&control->marks_start);

		if (mark && service_find_marked(t, mark, control->generation, found))
			return 1;
	}
	value = service_find_address(t, VIRTUAL_PORT(t), control->generation);
	if (!value && control->port_zero)
		value = service_find_address(t, 0, control->generation);
	if (!value)
		return 0;
	found->service = value->service;
	found->flags = value->flags;
	found->vip = value->vip;
	return 1;
}
