/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The Internet checksum (RFC 1071), over words as they lie in the frame. */
#pragma once
#include "tables.h"

/* Offsets in a frame stay below this; the verifier wants to be told. */
#define OFFSET_MAX 8191

/* An offset in a register of its own, so that the verifier keeps what it learns of it. */
#define OPAQUE(value_) asm volatile("" : "+r"(value_))

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

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

	OPAQUE(at);
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

	OPAQUE(at);
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

/* Whether these bytes, whose sum begins at `start`, carry their checksum. */
SUBPROGRAM int checksum_holds(struct xdp_md *ctx, __u32 at, __u32 until, __u64 start)
{
	struct frame_sum sum = { .ctx = ctx, .at = at, .until = until, .sum = start };

	bpf_loop(OFFSET_MAX / 8, frame_sum_step, &sum, 0);
	return fold(sum.sum) == 0xffff;
}
