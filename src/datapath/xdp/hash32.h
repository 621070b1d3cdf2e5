/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What dh, sh and mh make of addresses and ports before they hash them: hash32.ts. */
#pragma once
#include "tuple.h"

/* hash_32() of <linux/hash.h>: the highest bits of a product with the golden ratio. */
static __always_inline __u32 hash32(__u32 value, __u32 bits)
{
	return (value * 0x61c88647u) >> (32 - bits);
}

/* The address in 32 bits, host byte order: of IPv6 its words, one over the other. */
static __always_inline __u32 address_fold(__u8 family, const struct ip *ip)
{
	const __u32 *w = ip->words;

	return bpf_ntohl(family == 4 ? w[3] : w[0] ^ w[1] ^ w[2] ^ w[3]);
}
