/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A new entry in the connection table. Nothing established is ever evicted by something new: in a
 * full pair of buckets a new flow takes the place of an expired entry, else of a closing one, else
 * of one in SYN_RECV, and else goes without. connection-new.ts is the specification.
 */
#pragma once
#include "connection.h"
#include "load.h"

/* When this many words in a row are taken, a bucket shares what comes with the second one. */
#define BUCKET_CROWDED 6

/*
 * The place of the first free word, or BUCKET_WORDS. As the first free one is always taken, it also
 * tells about how full the bucket is.
 */
static __always_inline __u32 bucket_first_free(const struct bucket *bucket)
{
	const __u32 *halves = (const __u32 *)bucket;

	#pragma unroll
	for (int i = 0; i < BUCKET_WORDS; i++)
		if (!*(const volatile __u32 *)&halves[2 * i + 1])
			return i;
	return BUCKET_WORDS;
}

static __always_inline int bucket_claim(struct bucket *bucket, __u32 i, __u64 word)
{
	return i < BUCKET_WORDS && !__sync_val_compare_and_swap(&bucket->words[i], 0, word);
}

/* The index of the claimed word, or -1 when both buckets are full. */
static __always_inline int connection_claim(const struct place *place, __u64 word)
{
	struct bucket *first = table_at(&connections, place->first);
	struct bucket *second = table_at(&connections, place->second);

	if (!first || !second)
		return -1;

	__u32 i = bucket_first_free(first);

	if ((i < BUCKET_CROWDED || i <= bucket_first_free(second)) && bucket_claim(first, i, word))
		return place->first * BUCKET_WORDS + i;

	__u32 j = bucket_first_free(second);

	return bucket_claim(second, j, word) ? (int)(place->second * BUCKET_WORDS + j) : -1;
}

static __always_inline int connection_expired(__u32 index, __u64 word, __u32 now)
{
	const struct connection_cold *cold = table_at(&connections_cold, index);

	return cold && !(word & TOUCHED) && now - cold->seen > timeout_of(WORD_STATE(word));
}

/* How gladly an entry is given up: 3 expired, 2 closing, 1 half open, 0 not at all. */
static __always_inline int connection_yields(__u32 index, __u64 word, __u32 now)
{
	__u32 state = WORD_STATE(word);

	if (word & FRESH)
		return 0;
	if (connection_expired(index, word, now))
		return 3;
	if (state >= 32)
		return 0;
	if ((STATES_CLOSING >> state) & 1)
		return 2;
	return state == STATE_SYN_RECV;
}

struct eviction {
	__u32 first;
	__u32 second;
	__u32 now;
	__u32 index;
	__u64 word;
	int yields;
};

/* bpf_loop: the word of the pair that yields most gladly, the first of equals. */
static long evict_step(__u32 i, struct eviction *e)
{
	__u32 at = i < BUCKET_WORDS ? e->first : e->second;
	const struct bucket *bucket = table_at(&connections, at);

	if (!bucket)
		return 1;

	__u32 index = at * BUCKET_WORDS + i % BUCKET_WORDS;
	__u64 word = *(const volatile __u64 *)&bucket->words[i % BUCKET_WORDS];
	int yields = connection_yields(index, word, e->now);

	if (yields > e->yields) {
		e->yields = yields;
		e->index = index;
		e->word = word;
	}
	return 0;
}

/*
 * Takes the place of the entry that yields most gladly; the index, or -1 when all are established.
 */
static __noinline int connection_evict(const struct place *place, __u64 word, __u32 now)
{
	struct eviction e = { .first = place->first, .second = place->second, .now = now };

	bpf_loop(2 * BUCKET_WORDS, evict_step, &e, 0);

	struct bucket *bucket = table_at(&connections, e.index / BUCKET_WORDS);

	if (!e.yields || !bucket ||
	    __sync_val_compare_and_swap(&bucket->words[e.index % BUCKET_WORDS], e.word, word) !=
		    e.word)
		return -1;
	load_unbind(WORD_SERVER(e.word), WORD_STATE(e.word));
	reason_count(EVENT_EVICTED);
	return e.index;
}

static __always_inline void cold_write(struct connection_cold *cold, const struct packet *p,
				       __u16 vip, __u32 now)
{
	tuple_client(p, &cold->client);
	cold->client_port = CLIENT_PORT(p);
	cold->virtual_port = VIRTUAL_PORT(p);
	cold->vip = vip;
	cold->flags = 0;
	cold->seen = now;
	cold->sync_mark = 0;
}

/* Marks the words of other flows with this tag, so that from now on they are told apart. */
static __noinline void connection_mark_collisions(const struct place *place)
{
	for (int b = 0; b < 2; b++) {
		struct bucket *bucket = table_at(&connections, b ? place->second : place->first);

		if (!bucket)
			return;
		for (int i = 0; i < BUCKET_WORDS; i++)
			if (WORD_TAG(bucket->words[i]) == place->tag)
				__sync_fetch_and_or(&bucket->words[i], COLLIDES);
	}
	reason_count(EVENT_COLLISION);
}

/*
 * The cold record is whole: FRESH goes. Where stores are seen in their order (x86) a plain store of
 * the flags byte will do, and nobody waits for the cold line; other CPUs need the barrier of an
 * atomic. A COLLIDES that another CPU sets in these nanoseconds is set again by that flow's next
 * SYN.
 *
 * `value` is the word as it was claimed: flags told apart here would be told apart all the way up
 * to here by the verifier, which then gives up.
 */
static __always_inline void word_publish(__u64 *word, __u64 value)
{
	if (stores_in_order) {
		asm volatile("" : : : "memory");
		((volatile __u8 *)word)[3] = (value & ~FRESH) >> 24;
	} else {
		__sync_fetch_and_and(word, ~FRESH);
	}
}

/*
 * Enters a flow with its server. False when there is no room for it, and it goes untracked.
 * The word is visible before its cold record is whole: FRESH says so until then.
 */
static __always_inline int connection_new(const struct packet *p, const struct place *place,
				     __u32 server_index, __u16 vip, int collides)
{
	__u32 state = state_next(p, STATE_NONE);
	__u64 word = (__u64)place->tag << WORD_TAG_SHIFT | FRESH | TOUCHED |
		     state << WORD_STATE_SHIFT | server_index;
	__u32 now = ticks();

	if (collides)
		word |= COLLIDES;

	int index = connection_claim(place, word);

	if (index < 0)
		index = connection_evict(place, word, now);
	if (index < 0)
		return 0;

	struct connection_cold *cold = table_at(&connections_cold, index);
	struct bucket *bucket = table_at(&connections, (__u32)index / BUCKET_WORDS);
	const struct server *server = table_at(&servers, server_index);

	if (!cold || !bucket || !server)
		return 0;
	/*
	 * First what is locked: an atomic waits for the stores before it, and the cold line is far.
	 */
	load_bind(server, server_index, state);
	cold_write(cold, p, vip, now);
	word_publish(&bucket->words[index & 7], word);
	return 1;
}
