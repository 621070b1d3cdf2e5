/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What became of a frame: the closed list of reason.ts, in the same order, counted per CPU. */
#pragma once
#include "tables.h"

enum reason {
	/* Up to the stack. */
	REASON_DECAPSULATED,
	REASON_NOT_A_TUNNEL,
	REASON_OUTER_FRAGMENT,
	REASON_MALFORMED,
	REASON_UNSUPPORTED,
	REASON_BAD_CHECKSUM,
	/* Dropped. */
	REASON_OUTER_SOURCE,
	REASON_INNER_DESTINATION,
	REASON_CONGESTION,
	REASONS,
};

static __always_inline int verdict(enum reason reason)
{
	__u64 *counter = table_at(&reasons, bpf_get_smp_processor_id() * REASONS_MAX + reason);

	if (counter)
		(*counter)++;
	return reason < REASON_OUTER_SOURCE ? XDP_PASS : XDP_DROP;
}
