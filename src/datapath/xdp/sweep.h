/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The sweep: turns "touched" into "last seen", and takes out what its state's timeout has ended.
 * The control plane runs it slice by slice. sweep.ts is the specification.
 */
#pragma once
#include "connection-new.h"

/* Seen now; a packet in between only touches it again. */
static __always_inline void sweep_touched(__u64 *word, __u64 value, struct connection_cold *cold,
					  const struct sweep_slice *slice)
{
	cold->seen = slice->now;
	__sync_val_compare_and_swap(word, value, value & ~TOUCHED);
}

/*
 * With expire_nodest_conn the connections of a removed server do not wait for a packet
 * (ip_vs_expire_nodest_conn_flush()).
 */
static __always_inline int connection_forsaken(__u64 word)
{
	const struct control *control = control_line();

	if (!control || !control->expire_nodest_conn)
		return 0;

	const struct server *server = table_at(&servers, WORD_SERVER(word));

	return server && !(server->flags & SERVER_AVAILABLE);
}

static __always_inline void
sweep_word(struct bucket *bucket, __u32 index, struct sweep_slice *slice)
{
	__u64 *word = &bucket->words[index % BUCKET_WORDS];
	__u64 value = *(volatile __u64 *)word;
	struct connection_cold *cold = table_at(&connections_cold, index);

	if (!value || (value & FRESH) || !cold)
		return;
	slice->live++;
	if (value & TOUCHED) {
		sweep_touched(word, value, cold, slice);
		value &= ~TOUCHED;
	}
	if (!connection_overdue(index, value, slice->now) && !connection_forsaken(value))
		return;
	if (connection_controls(index, value)) {
		/* So that it is due again after the extension, and not before. */
		cold->seen = slice->now - connection_timeout(value) + TEMPLATE_EXTENSION;
		return;
	}

	__u32 control = cold->control;

	if (__sync_val_compare_and_swap(word, value, 0) == value) {
		connection_release(value, control);
		slice->live--;
		slice->expired++;
	}
}

static long sweep_bucket(__u32 i, struct sweep_slice *slice)
{
	__u32 at = slice->first_bucket + i;
	struct bucket *bucket = table_at(&connections, at);

	if (!bucket)
		return 1;
	for (int w = 0; w < BUCKET_WORDS; w++)
		sweep_word(bucket, at * BUCKET_WORDS + w, slice);
	return 0;
}
