/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* Whom ICMP errors may be sent to, and how many. icmp-limit.ts is the specification. */
#pragma once
#include "packet.h"

/* Per client one error a second after a burst of six: inet_peer_xrlim_allow(), icmp_ratelimit. */
#define ICMP_TOKEN_TICKS 953 /* a second of 2^20 ns ticks */
#define ICMP_BURST 6

/* An entry holds the tick of its last look (high) and the tokens it has left, in ticks (low). */
static __always_inline int icmp_allowed(__u32 client)
{
	__u32 slot = ((client + hash_keys[4]) * (hash_keys[5] | 1)) >> 20;
	__u64 *limit = table_at(&icmp_limits, slot);

	if (!limit)
		return 0;

	__u32 now = ticks(), elapsed = now - (__u32)(*limit >> 32);
	__u64 tokens = (__u64)(__u32)*limit + elapsed;

	if (tokens > ICMP_BURST * ICMP_TOKEN_TICKS || !*limit)
		tokens = ICMP_BURST * ICMP_TOKEN_TICKS;

	int allowed = tokens >= ICMP_TOKEN_TICKS;

	if (allowed)
		tokens -= ICMP_TOKEN_TICKS;
	*limit = (__u64)now << 32 | tokens;
	return allowed;
}

/* No errors to what is not one host: RFC 1122 section 3.2.2, RFC 4443 section 2.4 (e). */
static __always_inline int is_one_host(const struct tuple *t)
{
	const __u32 *client = t->client.words;
	__u8 first = client[3];

	if (t->family == 4)
		return first != 0 && first != 127 && first < 224;
	return (client[0] & 0xff) != 0xff &&
	       (client[0] || client[1] || client[2] || (client[3] & 0x00ffffff));
}

/*
 * Whether the tuple's client may get one error more. Those that tell the MTU of the path are not
 * limited. An IPv6 client has a whole /64 (RFC 6177).
 */
static __always_inline int may_tell(const struct tuple *t, int of_mtu)
{
	const __u32 *client = t->client.words;

	return is_one_host(t) &&
	       (of_mtu || icmp_allowed(t->family == 4 ? client[3] : client[0] ^ client[1]));
}
