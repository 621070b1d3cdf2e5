/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Why a packet met its verdict: the closed list of reason.ts, in the same order, counted per CPU.
 */
#pragma once
#include "tables.h"

enum reason {
	/* Forwarded. */
	REASON_FORWARDED,
	REASON_SCHEDULED,
	REASON_ONE_PACKET,
	REASON_UNTRACKED,
	REASON_REPLIED,
	REASON_RELATED,
	/* Up to our own kernel. */
	REASON_NOT_IP,
	REASON_NOT_FOR_US,
	REASON_MALFORMED,
	REASON_FRAGMENT,
	REASON_OTHER_PROTOCOL,
	REASON_NOT_A_SERVICE,
	REASON_VIP_NOT_LOCAL,
	REASON_NOT_A_SYN,
	REASON_LOCAL_SERVER,
	REASON_LOCAL_PORT,
	REASON_REPLY_UP,
	/* Dropped. */
	REASON_NO_LEASE,
	REASON_SERVER_REMOVED,
	REASON_NO_NEXT_HOP,
	REASON_REFUSED,
	REASON_BAD_CHECKSUM,
	REASON_ICMP_LIMITED,
	REASON_TABLES_BROKEN,
	/* Answered with an ICMP error. */
	REASON_NO_SERVER,
	REASON_NO_CONNECTION,
	REASON_UNREACHABLE,
	REASON_TTL_EXCEEDED,
	REASON_FRAG_NEEDED,
	REASON_TOO_BIG,
	/* Not verdicts: what else happened on the way. */
	EVENT_RESCHEDULED,
	EVENT_EVICTED,
	EVENT_COLLISION,
	REASONS,
};

static __always_inline void reason_count(enum reason reason)
{
	__u64 *counter = table_at(&reasons, bpf_get_smp_processor_id() * REASONS_MAX + reason);

	if (counter)
		(*counter)++;
}
