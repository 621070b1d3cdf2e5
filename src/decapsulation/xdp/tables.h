/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The tables, arrays that the control plane maps into its memory. tables.ts says what is in every
 * byte.
 */
#pragma once
#include <linux/bpf.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define DIRECTORS_MAX 16
#define VIPS_MAX 64
#define REASONS_MAX 16
#define KIND_IPIP 1
#define KIND_GRE 2

/* IPv4 in its mapped form. */
struct ip {
	__u32 words[4];
};

struct config {
	__u8 kinds;
	__u8 reserved;
	__be16 gue_port;
	__u32 directors;
	__u32 vips;
	__u32 unused;
};

#define SHARED_ARRAY(name_, value_, entries_)         \
	struct {                                      \
		__uint(type, BPF_MAP_TYPE_ARRAY);     \
		__uint(map_flags, BPF_F_MMAPABLE);    \
		__uint(max_entries, entries_);        \
		__type(key, __u32);                   \
		__type(value, value_);                \
	} name_ SEC(".maps")

SHARED_ARRAY(config, struct config, 1);
SHARED_ARRAY(addresses, struct ip, DIRECTORS_MAX + VIPS_MAX);
SHARED_ARRAY(reasons, __u64, REASONS_MAX);

static __always_inline void *table_at(void *table, __u32 index)
{
	return bpf_map_lookup_elem(table, &index);
}

struct search {
	struct ip address;
	__u32 first;
	int found;
};

static long search_step(__u32 i, struct search *s)
{
	const struct ip *entry = table_at(&addresses, s->first + i);

	if (!entry)
		return 1;
	s->found = entry->words[0] == s->address.words[0] &&
		   entry->words[1] == s->address.words[1] &&
		   entry->words[2] == s->address.words[2] && entry->words[3] == s->address.words[3];
	return s->found;
}

/* Whether the address is among `count` from the first on. */
static __always_inline int table_has(__u32 first, __u32 count, __u32 room, const struct ip *address)
{
	struct search search = { .address = *address, .first = first };

	bpf_loop(count < room ? count : room, search_step, &search, 0);
	return search.found;
}

static __always_inline int is_director(const struct config *config, const struct ip *address)
{
	return table_has(0, config->directors, DIRECTORS_MAX, address);
}

static __always_inline int is_vip(const struct config *config, const struct ip *address)
{
	return table_has(DIRECTORS_MAX, config->vips, VIPS_MAX, address);
}

static __always_inline void ip_from_v4(struct ip *to, __be32 address)
{
	to->words[0] = 0;
	to->words[1] = 0;
	to->words[2] = bpf_htonl(0xffff);
	to->words[3] = address;
}

static __always_inline int ip_is_mapped(const struct ip *address)
{
	return !address->words[0] && !address->words[1] && address->words[2] == bpf_htonl(0xffff);
}
