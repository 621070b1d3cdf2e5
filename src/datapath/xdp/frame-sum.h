/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The Internet checksum (RFC 1071) over bytes of a frame, for what cannot be had by difference. */
#pragma once
#include "rewrite.h"

struct frame_sum {
	struct xdp_md *ctx;
	__u32 at;
	__u32 until;
	__u64 sum;
};

/* Two bytes, or the odd last one (section 4.1). 0 when that was it. */
static __always_inline int frame_sum_half(struct frame_sum *s, __u32 at)
{
	void *data = (void *)(long)s->ctx->data, *end = (void *)(long)s->ctx->data_end;

	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX || at >= s->until)
		return 0;

	const __u8 *byte = data + at;

	if ((void *)(byte + 2) <= end && at + 2 <= s->until) {
		s->sum += *(const __u16 *)byte;
		return 1;
	}
	if ((void *)(byte + 1) <= end)
		s->sum += *byte;
	return 0;
}

/* Eight bytes, or what is left. */
static long frame_sum_step(__u32 i, struct frame_sum *s)
{
	void *data = (void *)(long)s->ctx->data, *end = (void *)(long)s->ctx->data_end;
	__u32 at = s->at + 8 * i;

	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX)
		return 1;

	const __u32 *words = data + at;

	if ((void *)(words + 2) <= end && at + 8 <= s->until) {
		s->sum += (__u64)words[0] + words[1];
		return 0;
	}
	#pragma unroll
	for (int half = 0; half < 4; half++)
		if (!frame_sum_half(s, at + 2 * half))
			return 1;
	return 1;
}

/* The checksum of these bytes, whose sum begins at `start`. */
SUBPROGRAM __u32 frame_checksum(struct xdp_md *ctx, __u32 at, __u32 until, __u64 start)
{
	struct frame_sum sum = { .ctx = ctx, .at = at, .until = until, .sum = start };

	bpf_loop(OFFSET_MAX / 8, frame_sum_step, &sum, 0);
	return checksum_after(0xffff, sum.sum);
}

static __always_inline __u64 address_sum(const struct ip *address)
{
	return (__u64)address->words[0] + address->words[1] + address->words[2] +
	       address->words[3];
}

/* The pseudo header of these ends: those of IPv4 differ from their mapped forms. */
static __always_inline __u64 pseudo_sum(const struct tuple *t, __u8 protocol, __u16 length)
{
	__u64 rest = bpf_htons(protocol) + bpf_htons(length);

	if (t->family == 4)
		return rest + t->client.words[3] + t->virtual.words[3];
	return rest + address_sum(&t->client) + address_sum(&t->virtual);
}
