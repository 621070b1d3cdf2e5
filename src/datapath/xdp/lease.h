/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The one-holder property in the data path. A virtual address that VRRP elects the holder of is
 * leased: while its lease has passed, this director is silent about it. Nothing that is sent to it
 * is forwarded or handed to the kernel, which would answer with resets, and nobody who asks for its
 * MAC address gets an answer. lease.ts is the specification.
 */
#pragma once
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_endian.h>
#include "tables.h"
#include "tuple.h"

#define ARP_REQUEST 1
#define NEIGHBOUR_SOLICITATION 135

/* RFC 826, for IPv4 on Ethernet. */
struct arp_ipv4 {
	__be16 hardware;
	__be16 protocol;
	__u8 lengths[2];
	__be16 operation;
	struct mac sender_mac;
	__u8 sender[4];
	struct mac target_mac;
	__u8 target[4];
};

/* RFC 4861 section 4.3. */
struct solicitation {
	__u8 type;
	__u8 code;
	__be16 checksum;
	__u32 reserved;
	struct ip target;
};

/* Multiply-shift, keyed with the tables' secrets. */
static __always_inline __u32 leased_home(const struct ip *address)
{
	__u32 sum = 0;

	#pragma unroll
	for (int i = 0; i < 4; i++)
		sum += (address->words[i] + hash_keys[i]) * (hash_keys[i + 1] | 1);
	return sum >> 22;
}

_Static_assert(LEASED_SLOTS == 1 << (32 - 22), "a home is of the set");

/* The slot of an address's lease; 0 for one that is not leased. */
SUBPROGRAM __u32 lease_of(const struct ip *address)
{
	const struct control *control = control_line();

	if (!address || !control || !control->elections)
		return 0;

	__u32 first = (control->elections - 1) * LEASED_SLOTS, home = leased_home(address);

	for (int i = 0; i < LEASED_PROBES; i++) {
		const struct leased_address *leased =
			table_at(&leased_addresses, first + ((home + i) & (LEASED_SLOTS - 1)));

		if (!leased || !leased->slot)
			return 0;
		if (ip_same(&leased->address, address))
			return leased->slot;
	}
	return 0;
}

/* Whether packets from or to this address may be taken: it is not leased, or the lease holds. */
static __always_inline int lease_allows(const struct ip *address)
{
	__u32 slot = lease_of(address);

	if (!slot)
		return 1;

	const struct lease *lease = table_at(&leases, slot);

	return lease && *(const volatile __u64 *)&lease->until > bpf_ktime_get_coarse_ns();
}


/* Whom a frame is for, or whose MAC address it asks for; 0 where it is about none. */
static __always_inline int asked_address(struct xdp_md *ctx, struct ip *address)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct ethhdr *eth = data;
	void *network = eth + 1;

	if (network > end)
		return 0;
	if (eth->h_proto == bpf_htons(ETH_P_IP)) {
		struct iphdr *ip = network;

		if ((void *)(ip + 1) > end)
			return 0;
		ip_from_v4(address, ip->daddr);
		return 1;
	}
	if (eth->h_proto == bpf_htons(ETH_P_ARP)) {
		struct arp_ipv4 *arp = network;

		if ((void *)(arp + 1) > end || arp->operation != bpf_htons(ARP_REQUEST))
			return 0;
		ip_from_v4(address, *(const __be32 *)arp->target);
		return 1;
	}
	if (eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr *ip = network;
		struct solicitation *asks = (void *)(ip + 1);

		if ((void *)(ip + 1) > end)
			return 0;
		if ((void *)(asks + 1) <= end && ip->nexthdr == IPPROTO_ICMPV6 &&
		    asks->type == NEIGHBOUR_SOLICITATION)
			__builtin_memcpy(address, &asks->target, sizeof(*address));
		else
			__builtin_memcpy(address, &ip->daddr, sizeof(*address));
		return 1;
	}
	return 0;
}

/* Whether a frame is about an address whose lease has passed. */
SUBPROGRAM int lease_silences(struct xdp_md *ctx)
{
	struct ip address;

	return asked_address(ctx, &address) && !lease_allows(&address);
}
