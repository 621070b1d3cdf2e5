/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Stage 1, packet: what the later stages need to know of a frame. packet.ts is its specification.
 */
#pragma once
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include "tuple.h"
#include "reason.h"

#define TCP_FIN 1
#define TCP_SYN 2
#define TCP_RST 4
#define TCP_ACK 16
#define IP_DF bpf_htons(0x4000)
#define IP_MF bpf_htons(0x2000)
#define IP_OFFSET bpf_htons(0x1fff)
#define IPPROTO_ICMP6 58

/* The first fragment carries the ports; a later one begins in the middle of the payload. */
enum fragment_place { FRAGMENT_NONE, FRAGMENT_FIRST, FRAGMENT_LATER };

struct packet {
	struct tuple tuple; /* its source as the client, its destination as the virtual side */
	__u32 fragment_id;  /* as it lies in the packet; 0 when it is no fragment */
	__u16 length;       /* of the IP packet with its header, bytes */
	__u16 transport;    /* where TCP, UDP or ICMP begins, bytes from the frame's start */
	__u8 tcp_flags;     /* 0 but for TCP */
	__u8 fragment;
	__u16 reserved;
};

/*
 * Frames to another host's address reach us in promiscuous mode and by flooding: not ours to touch.
 */
static __always_inline int packet_is_for_us(struct xdp_md *ctx, const struct ethhdr *eth)
{
	__u32 ifindex = ctx->ingress_ifindex;
	const struct iface *iface = table_at(&ifaces, ifindex % INTERFACES);

	if (!iface || iface->ifindex != ifindex)
		return 0;
	const __u16 *ours = (const __u16 *)iface->mac.bytes, *its = (const __u16 *)eth->h_dest;

	return ours[0] == its[0] && ours[1] == its[1] && ours[2] == its[2];
}

#include "transport.h"
#include "packet-ipv4.h"
#include "packet-ipv6.h"

/* REASONS (no reason to stop) when `p` holds a packet that may belong to a service. */
static __always_inline enum reason packet_parse(struct xdp_md *ctx, struct packet *p)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;

	if ((void *)(eth + 1) > end)
		return REASON_NOT_IP;
	if (eth->h_proto == bpf_htons(ETH_P_IP))
		return packet_is_for_us(ctx, eth) ? ipv4_parse((void *)(eth + 1), end, p) :
						    REASON_NOT_FOR_US;
	if (eth->h_proto != bpf_htons(ETH_P_IPV6))
		return REASON_NOT_IP;
	return packet_is_for_us(ctx, eth) ? ipv6_parse(ctx, p) : REASON_NOT_FOR_US;
}
