/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The GRE header (RFC 2784 section 2.1): flags, the EtherType of what is inside, and perhaps a
 * checksum over all of it. gre.ts is the specification.
 */
#pragma once
#include "inner-sum.h"

struct gre_header {
	__be16 flags;
	__be16 protocol;
	__u16 checksum; /* only with the flag, and two bytes of nothing */
	__u16 reserved;
};

#define GRE_HEADER_MIN 4
#define GRE_SUMMED bpf_htons(0x8000)

static __always_inline void gre_write(struct gre_header *gre, const struct packet *p, int summed,
				      __u64 inner)
{
	gre->flags = summed ? GRE_SUMMED : 0;
	gre->protocol = p->tuple.family == 4 ? bpf_htons(ETH_P_IP) : bpf_htons(ETH_P_IPV6);
	if (!summed)
		return;
	gre->checksum = checksum_after(0xffff, inner + GRE_SUMMED + gre->protocol);
	gre->reserved = 0;
}
