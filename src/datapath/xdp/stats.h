/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What is counted of each server, on each CPU. verdict.ts counts the same. */
#pragma once
#include "tables.h"

static __always_inline struct stats *stats_of(__u32 server_index)
{
	return table_at(&stats, bpf_get_smp_processor_id() * servers_max + server_index);
}

static __always_inline void stats_count(__u32 server_index, __u32 bytes)
{
	struct stats *s = stats_of(server_index);

	if (s) {
		s->in_packets++;
		s->in_bytes += bytes;
	}
}

static __always_inline void stats_count_connection(__u32 server_index)
{
	struct stats *s = stats_of(server_index);

	if (s)
		s->connections++;
}

/* ip_vs_out_stats() */
static __always_inline void stats_count_answer(__u32 server_index, __u32 bytes)
{
	struct stats *s = stats_of(server_index);

	if (s) {
		s->out_packets++;
		s->out_bytes += bytes;
	}
}
