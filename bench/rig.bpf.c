/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Times an XDP program: a frame is made anew for every repeat of BPF_PROG_TEST_RUN, which itself
 * hands a program its own output again, and each repeat is the next of up to 2^24 flows. The
 * program under test is called by a tail call, so it is loaded as it is in production; `bounce` in
 * its place gives what all of this costs by itself.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

/* An Ethernet, an IP and a TCP header without options, and some bytes to fill 80. */
#define FRAME_WORDS 10
#define FRAME_BYTES (8 * FRAME_WORDS)

/* A flow's number: its low bits move the client's address, the others its port. */
#define ADDRESS_BITS 14
#define VERDICTS 8

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} target SEC(".maps");

/* Written by rig.ts before each run; `next` and `verdicts` are read after it. */
__u64 frame[FRAME_WORDS];
__u32 flow_mask;
__u32 next;
__u64 verdicts[VERDICTS];

/* Returns here with the verdict of the target; XDP_ABORTED when there is none. */
static __noinline int call_target(struct xdp_md *ctx)
{
	volatile int verdict = XDP_ABORTED;

	bpf_tail_call(ctx, &target, 0);
	return verdict;
}

static __always_inline void add(__be16 *field, __u32 amount)
{
	*field = bpf_htons(bpf_ntohs(*field) + amount);
}

/*
 * What is added to a field is taken from one that means nothing here, the identification and the
 * low half of the sequence number, so that both checksums stay right. frames.ts fills those two
 * with ones: no difference then borrows, which one's complement sums would see.
 */
static __always_inline void make_flow(struct ethhdr *eth, __u32 flow)
{
	__u32 address = flow & ((1 << ADDRESS_BITS) - 1), port = flow >> ADDRESS_BITS;
	struct iphdr *ip = (void *)(eth + 1);
	struct ipv6hdr *ip6 = (void *)(eth + 1);
	struct tcphdr *tcp = (void *)(ip + 1);

	if (eth->h_proto == bpf_htons(ETH_P_IP)) {
		add((__be16 *)&ip->saddr + 1, address);
		add(&ip->id, -address);
	} else {
		add((__be16 *)&ip6->saddr + 7, address);
		tcp = (void *)(ip6 + 1);
	}
	add(&tcp->source, port);
	add((__be16 *)&tcp->seq + 1, -(address + port));
}

SEC("xdp") int rig(struct xdp_md *ctx)
{
	long length = (long)ctx->data_end - (long)ctx->data;

	/* Also where the length is right already, so that it costs the same with every target. */
	asm volatile("" : "+r"(length));
	if (bpf_xdp_adjust_head(ctx, (int)length - FRAME_BYTES))
		return XDP_ABORTED;

	__u64 *words = (void *)(long)ctx->data;

	if ((void *)(words + FRAME_WORDS) > (void *)(long)ctx->data_end)
		return XDP_ABORTED;
	#pragma unroll
	for (int i = 0; i < FRAME_WORDS; i++)
		words[i] = frame[i];
	make_flow((void *)words, next++ & flow_mask);

	int verdict = call_target(ctx);

	verdicts[verdict & (VERDICTS - 1)]++;
	return verdict;
}

SEC("xdp") int bounce(struct xdp_md *ctx)
{
	return XDP_TX;
}

char _license[] SEC("license") = "Dual MIT/GPL";
