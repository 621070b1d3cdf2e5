/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * A new entry in the connection table. Nothing established is ever evicted by something new: in a
 * full pair of buckets a new flow takes the place of an expired entry, else of a closing one, else
 * of one in SYN_RECV, and else goes without. connection-new.ts is the specification.
 */
#pragma once
#include "connection-end.h"

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

enum yields { ESTABLISHED_STAYS, HALF_OPEN, CLOSING, EXPIRED, FREE };

/* How gladly an entry is given up. One may have gone since its bucket was found full. */
static __always_inline enum yields connection_yields(__u32 index, __u64 word, __u32 now)
{
	__u32 state = WORD_STATE(word);

	if (!word)
		return FREE;
	if (word & FRESH)
		return ESTABLISHED_STAYS;
	if (connection_expired(index, word, now))
		return EXPIRED;
	if (state >= 32)
		return ESTABLISHED_STAYS;
	if ((STATES_CLOSING >> state) & 1)
		return CLOSING;
	return state == STATE_SYN_RECV ? HALF_OPEN : ESTABLISHED_STAYS;
}

struct eviction {
	__u32 first;
	__u32 second;
	__u32 now;
	__u32 index;
	__u64 word;
	__u32 yields;
	__u32 half_open;
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
	__u32 yields = connection_yields(index, word, e->now);

	e->half_open += yields == HALF_OPEN;

	if (yields > e->yields) {
		e->yields = yields;
		e->index = index;
		e->word = word;
	}
	return 0;
}

/* Why a tuple got no entry: all are established, or half-open ones stay. */
#define ENTRY_FULL (-1)
#define ENTRY_REFUSED (-2)

/*
 * Random early refusal: where a pair of buckets is full and only half-open flows could yield, a
 * new half-open one is refused the more likely the more of them there are. Under a SYN flood those
 * that came keep a fair chance to complete, and who is refused tries again and draws anew.
 */
static __always_inline int connection_refuses(__u32 tag, __u32 now, __u32 half_open)
{
	return (((tag ^ now) * 0x9e3779b1u) >> 28) < half_open;
}

/* Takes the place of the entry that yields most gladly; its index, or why there is none. */
SUBPROGRAM int connection_evict(const struct place *place, __u64 word, __u32 now)
{
	if (!place)
		return ENTRY_FULL;

	struct eviction e = { .first = place->first, .second = place->second, .now = now };

	bpf_loop(2 * BUCKET_WORDS, evict_step, &e, 0);
	if (!e.yields)
		return ENTRY_FULL;
	if (e.yields == HALF_OPEN && WORD_STATE(word) == STATE_SYN_RECV &&
	    connection_refuses(place->tag, now, e.half_open))
		return ENTRY_REFUSED;

	__u64 *at = connection_word(e.index);
	struct connection_cold *cold = table_at(&connections_cold, e.index);

	if (!at || !cold)
		return ENTRY_FULL;

	__u32 control = cold->control;

	if (__sync_val_compare_and_swap(at, e.word, word) != e.word)
		return ENTRY_FULL;
	if (e.yields == FREE)
		return e.index;
	connection_release(e.word, control);
	reason_count(EVENT_EVICTED);
	return e.index;
}

static __always_inline void cold_write(struct connection_cold *cold, const struct tuple *t,
				       __u16 vip, __u32 control, __u32 now)
{
	cold->client = t->client;
	cold->client_port = CLIENT_PORT(t);
	cold->virtual_port = VIRTUAL_PORT(t);
	cold->vip = vip;
	cold->flags = 0;
	cold->seen = now;
	cold->control = control;
}

/*
 * Marks the words of other flows with this tag, so that from now on they are told apart. A word
 * that changes meanwhile is left to its flow's next SYN: an OR would leave a mark where an entry
 * was taken out.
 */
SUBPROGRAM int connection_mark_collisions(const struct place *place)
{
	if (!place)
		return 0;
	for (int b = 0; b < 2; b++) {
		struct bucket *bucket = table_at(&connections, b ? place->second : place->first);

		if (!bucket)
			return 0;
		for (int i = 0; i < BUCKET_WORDS; i++) {
			__u64 word = *(volatile __u64 *)&bucket->words[i];

			if (WORD_TAG(word) == place->tag)
				__sync_val_compare_and_swap(&bucket->words[i], word,
							    word | COLLIDES);
		}
	}
	reason_count(EVENT_COLLISION);
	return 0;
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

/* What a tuple is entered with. */
struct entry {
	__u32 server;
	__u32 state;
	__u32 control;
	__u16 vip;
	__u16 collides;
};

/*
 * Enters a tuple with its server; its index, ENTRY_FULL or ENTRY_REFUSED. The word is visible
 * before its cold record is whole: FRESH says so until then.
 */
static __always_inline int connection_new(const struct tuple *t, const struct place *place,
					  const struct entry *entry, __u32 now)
{
	__u64 word = (__u64)place->tag << WORD_TAG_SHIFT | FRESH | TOUCHED |
		     (__u64)entry->state << WORD_STATE_SHIFT | (entry->server & 0xffff);

	if (entry->collides)
		word |= COLLIDES;

	int index = connection_claim(place, word);

	if (index < 0)
		index = connection_evict(place, word, now);
	if (index < 0)
		return index;

	struct connection_cold *cold = table_at(&connections_cold, index);
	struct bucket *bucket = table_at(&connections, (__u32)index / BUCKET_WORDS);
	const struct server *server = table_at(&servers, entry->server);

	if (!cold || !bucket || !server)
		return ENTRY_FULL;
	/*
	 * First what is locked: an atomic waits for the stores before it, and the cold line is far.
	 */
	load_bind(server, entry->server, entry->state);
	cold_write(cold, t, entry->vip, entry->control, now);
	word_publish(&bucket->words[index & 7], word);
	return index;
}

/*
 * Enters what is no flow of its own, a template or a reverse entry, in the place of the one of its
 * tuple that may be there. Its index, or less than 0 when there is no room.
 */
SUBPROGRAM int connection_enter_apart(const struct tuple *tuple, __u32 server, __u32 state,
				      __u32 control)
{
	struct entry entry = { .server = server, .state = state, .control = control };
	struct scratch *scratch = scratch_of(SCRATCH_ENTER);

	if (!tuple || !scratch)
		return ENTRY_FULL;

	int vip = vip_index(tuple);

	if (vip < 0)
		return ENTRY_FULL;
	connection_place(tuple, &scratch->place);
	if (connection_find_exact(tuple, &scratch->place, &scratch->exact))
		connection_remove(scratch->exact.index, scratch->exact.value);
	if (scratch->exact.collides)
		connection_mark_collisions(&scratch->place);
	entry.vip = vip;
	entry.collides = scratch->exact.collides;
	return connection_new(tuple, &scratch->place, &entry, ticks());
}
