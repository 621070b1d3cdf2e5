/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Stage 1, packet: what the later stages need to know of a frame. packet.ts is its specification.
 */
#pragma once
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/in.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <bpf/bpf_endian.h>
#include "reason.h"

#define TCP_FIN 1
#define TCP_SYN 2
#define TCP_RST 4
#define TCP_ACK 16
#define IP_DF bpf_htons(0x4000)
#define IP_MF bpf_htons(0x2000)
#define IP_OFFSET bpf_htons(0x1fff)

/* One 32-bit load each, so that the hash takes them as they lie in the packet. */
struct packet {
	__u32 client;
	__u32 virtual;
	/* client port, then virtual port, network order. */
	__u32 ports;
	__u16 length; /* IP total length, bytes */
	__u8 protocol;
	__u8 tcp_flags;
	__u8 first_fragment;
};

#define CLIENT_PORT(p) ((__be16)((p)->ports))
#define VIRTUAL_PORT(p) ((__be16)((p)->ports >> 16))

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

/* REASONS (no reason to stop) when `p` holds a TCP or UDP packet that may belong to a service. */
static __always_inline enum reason packet_parse(struct xdp_md *ctx, struct packet *p)
{
	void *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = (void *)(long)ctx->data;
	struct iphdr *ip = (void *)(eth + 1);

	if ((void *)(ip + 1) > end)
		return (void *)(eth + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP) ?
			REASON_NOT_IP : REASON_MALFORMED;
	if (eth->h_proto != bpf_htons(ETH_P_IP))
		return REASON_NOT_IP;
	if (!packet_is_for_us(ctx, eth))
		return REASON_NOT_FOR_US;

	/*
	 * RFC 791 section 3.1: version 4, at least five words of header, no longer than the frame.
	 */
	__u32 header = ip->ihl * 4;

	p->length = bpf_ntohs(ip->tot_len);
	if (ip->version != 4 || header < sizeof(*ip) || p->length < header ||
	    p->length > (long)end - (long)ip)
		return REASON_MALFORMED;
	if (ip->frag_off & IP_OFFSET)
		return REASON_FRAGMENT;
	p->first_fragment = (ip->frag_off & IP_MF) != 0;
	p->protocol = ip->protocol;
	p->client = ip->saddr;
	p->virtual = ip->daddr;

	void *transport = (void *)ip + header;

	if (p->protocol == IPPROTO_TCP) {
		if (p->length < header + sizeof(struct tcphdr) ||
		    transport + sizeof(struct tcphdr) > end)
			return REASON_MALFORMED;
		p->tcp_flags = ((__u8 *)transport)[13];
	} else if (p->protocol == IPPROTO_UDP) {
		if (p->length < header + sizeof(struct udphdr) ||
		    transport + sizeof(struct udphdr) > end)
			return REASON_MALFORMED;
		p->tcp_flags = 0;
	} else {
		return REASON_OTHER_PROTOCOL;
	}
	p->ports = *(__u32 *)transport;
	return REASONS;
}
