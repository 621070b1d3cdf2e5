/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The sweep: turns "touched" into "last seen", and takes out what its state's timeout has ended.
 * The control plane runs it slice by slice. sweep.ts is the specification.
 */
#pragma once
#include "connection-new.h"

static __always_inline void
sweep_word(struct bucket *bucket, __u32 index, struct sweep_slice *slice)
{
	__u64 *word = &bucket->words[index % BUCKET_WORDS];
	__u64 value = *(volatile __u64 *)word;

	if (!value || (value & FRESH))
		return;
	slice->live++;
	if (value & TOUCHED) {
		struct connection_cold *cold = table_at(&connections_cold, index);

		/* The time first: a packet in between only touches it again. */
		if (cold)
			cold->seen = slice->now;
		__sync_val_compare_and_swap(word, value, value & ~TOUCHED);
	} else if (connection_expired(index, value, slice->now) &&
		   __sync_val_compare_and_swap(word, value, 0) == value) {
		load_unbind(WORD_SERVER(value), WORD_STATE(value));
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
