/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * hsiphash_1u32() of the kernel's lib/siphash.c on 64-bit CPUs: SipHash-1-3 (Aumasson and
 * Bernstein, 2012) of one 32-bit number, cut to 32 bits. siphash.ts is the specification.
 */
#pragma once
#include <linux/types.h>

static __always_inline __u64 rotate64(__u64 value, int by)
{
	return value << by | value >> (64 - by);
}

static __always_inline void sip_round(__u64 *v)
{
	v[0] += v[1];
	v[1] = rotate64(v[1], 13) ^ v[0];
	v[0] = rotate64(v[0], 32);
	v[2] += v[3];
	v[3] = rotate64(v[3], 16) ^ v[2];
	v[0] += v[3];
	v[3] = rotate64(v[3], 21) ^ v[0];
	v[2] += v[1];
	v[1] = rotate64(v[1], 17) ^ v[2];
	v[2] = rotate64(v[2], 32);
}

/* `key` is both halves of the key. */
static __always_inline __u32 hsiphash(__u32 value, __u64 key)
{
	__u64 length = value | 4ull << 56;
	__u64 v[4] = {
		0x736f6d6570736575ull ^ key,
		0x646f72616e646f6dull ^ key,
		0x6c7967656e657261ull ^ key,
		0x7465646279746573ull ^ key ^ length,
	};

	sip_round(v);
	v[0] ^= length;
	v[2] ^= 0xff;
	#pragma unroll
	for (int i = 0; i < 3; i++)
		sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}
