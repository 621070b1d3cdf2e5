/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* The Internet checksum (RFC 1071) over bytes of a frame; wire/checksum.ts has its terms. */
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

/* Frames lie in one page. */
#define OFFSET_MAX 8191

struct sum {
	struct xdp_md *ctx;
	__u32 at;
	__u32 until;
	__u64 total;
};

/* Two bytes, or the odd last one (section 4.1). */
static __always_inline void sum_half(struct sum *s, __u32 at)
{
	void *data = (void *)(long)s->ctx->data, *end = (void *)(long)s->ctx->data_end;

	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX || at >= s->until)
		return;

	const __u8 *byte = data + at;

	if ((void *)(byte + 2) <= end && at + 2 <= s->until)
		s->total += *(const __u16 *)byte;
	else if ((void *)(byte + 1) <= end)
		s->total += *byte;
}

/* Eight bytes, or what is left. */
static long sum_step(__u32 i, struct sum *s)
{
	void *data = (void *)(long)s->ctx->data, *end = (void *)(long)s->ctx->data_end;
	__u32 at = s->at + 8 * i;

	asm volatile("" : "+r"(at));
	if (at > OFFSET_MAX)
		return 1;

	const __u32 *words = data + at;

	if ((void *)(words + 2) <= end && at + 8 <= s->until) {
		s->total += (__u64)words[0] + words[1];
		return 0;
	}
	#pragma unroll
	for (int half = 0; half < 4; half++)
		sum_half(s, at + 2 * half);
	return 1;
}

/* The checksum of these bytes, whose sum begins at `start`: 0 where they carry theirs. */
__attribute__((noinline, weak)) __u32 checksum(struct xdp_md *ctx, __u32 at, __u32 until,
					       __u64 start)
{
	struct sum sum = { .ctx = ctx, .at = at, .until = until, .total = start };

	bpf_loop(OFFSET_MAX / 8, sum_step, &sum, 0);

	__u64 total = sum.total;

	#pragma unroll
	for (int carry = 0; carry < 4; carry++)
		total = (total & 0xffff) + (total >> 16);
	return ~total & 0xffff;
}

/* Whether a sum that is not the zero of nothing at all is all ones. */
static __always_inline int checksum_holds(struct xdp_md *ctx, __u32 at, __u32 until, __u64 start)
{
	return checksum(ctx, at, until, start) == 0;
}
