/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Stage 4, connection: the table of hot words and cold records. connection.ts is its specification.
 *
 * Every change of a word is one compare-and-swap, so no CPU ever acts on half a change; whoever
 * loses the race looks again or leaves the winner's word in place.
 */
#pragma once
#include "fragment.h"
#include "vip-table.h"
#include "state.h"

/* Where a flow may live: two buckets, and the tag that tells it from the others there. */
struct place {
	__u32 tag;
	__u32 first;
	__u32 second;
};

struct connection {
	__u64 *word;   /* NULL when the flow has no entry */
	__u64 value;   /* what the word was when it was read */
	__u32 index;   /* of the word, and so of the cold record */
};

/*
 * Keyed hash of the tuple: NH (Black et al., UMAC, 1999) over 32-bit words, then MurmurHash3's
 * 64-bit finaliser. For who does not know the keys, two flows collide with probability 2^-32.
 */
static __always_inline __u64 hash_finish(__u64 h)
{
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdull;
	h ^= h >> 33;
	h *= 0xc4ceb9fe1a85ec53ull;
	h ^= h >> 33;
	return h;
}

/* The words that make a tuple, two by two: of IPv4 the last of each address will do. */
static __always_inline __u64 tuple_hash(const struct tuple *t)
{
	const __u32 *c = t->client.words, *v = t->virtual.words;
	const volatile __u32 *k = hash_keys;
	__u32 rest = t->protocol | (__u32)t->kind << 8 | (__u32)t->family << 16;

	if (t->family == 4)
		return (__u64)(c[3] + k[0]) * (__u32)(v[3] + k[1]) +
		       (__u64)(t->ports + k[2]) * (__u32)(rest + k[3]);
	return (__u64)(c[0] + k[0]) * (__u32)(c[1] + k[1]) +
	       (__u64)(c[2] + k[2]) * (__u32)(c[3] + k[3]) +
	       (__u64)(v[0] + k[4]) * (__u32)(v[1] + k[5]) +
	       (__u64)(v[2] + k[6]) * (__u32)(v[3] + k[7]) +
	       (__u64)(t->ports + k[8]) * (__u32)(rest + k[9]);
}

static __always_inline void connection_place(const struct tuple *t, struct place *place)
{
	__u64 h = tuple_hash(t);

	h = hash_finish(h);

	__u32 high = h >> 32, low = h;

	place->tag = low ? low : 1;
	place->first = ((__u64)high * buckets) >> 32;
	/* The second is never the first: a step of 1 .. buckets - 1 from there. */
	place->second = place->first + 1 +
			(((__u64)(high ^ (low * 0x9e3779b1u)) * (buckets - 1)) >> 32);
	if (place->second >= buckets)
		place->second -= buckets;
}

/*
 * Asks for the second bucket before anyone waits for the first: a new flow looks at both, and so
 * the two cache misses cost what one does.
 */
static __always_inline void connection_warm(const struct place *place)
{
	const struct bucket *second = table_at(&connections, place->second);

	if (second)
		asm volatile("" : : "r"(*(const volatile __u64 *)second));
}

/* Whether the cold record is this very tuple's. A fresh one cannot tell yet: its tag must do. */
static __always_inline int connection_is(const struct tuple *t, __u32 index, __u64 word)
{
	const struct connection_cold *cold = table_at(&connections_cold, index);

	if (word & FRESH)
		return 1;
	if (!cold || CLIENT_PORT(t) != cold->client_port ||
	    VIRTUAL_PORT(t) != cold->virtual_port || !ip_same(&cold->client, &t->client))
		return 0;

	const struct vip *vip = table_at(&vips, cold->vip);

	return vip && vip_is(vip, t);
}

/* The first word of the bucket with this tag. */
static __always_inline int connection_in(__u32 tag, __u32 at, struct connection *c)
{
	struct bucket *bucket = table_at(&connections, at);

	if (!bucket)
		return 0;

	const __u32 *halves = (const __u32 *)bucket;

	#pragma unroll
	for (int i = 0; i < BUCKET_WORDS; i++) {
		if (halves[2 * i + 1] == tag) {
			c->word = &bucket->words[i];
			c->value = *(volatile __u64 *)c->word;
			c->index = at * BUCKET_WORDS + i;
			return WORD_TAG(c->value) == tag;
		}
	}
	return 0;
}

/* An entry found by its exact tuple; what is passed on between functions. */
struct exact {
	__u64 value; /* what its word was when it was read; 0 when there is none */
	__u32 index;
	__u32 collides; /* other flows of its tag were met on the way */
};

struct exact_search {
	const struct tuple *tuple;
	__u32 tag;
	__u32 first;
	__u32 second;
	struct exact exact;
};

static long exact_step(__u32 i, struct exact_search *search)
{
	__u32 at = i < BUCKET_WORDS ? search->first : search->second;
	__u32 index = at * BUCKET_WORDS + i % BUCKET_WORDS;
	const struct bucket *bucket = table_at(&connections, at);

	if (!bucket)
		return 1;

	__u64 word = *(const volatile __u64 *)&bucket->words[i % BUCKET_WORDS];

	if (WORD_TAG(word) != search->tag)
		return 0;
	if (!connection_is(search->tuple, index, word)) {
		search->exact.collides = 1;
		return 0;
	}
	search->exact.value = word;
	search->exact.index = index;
	return 1;
}

/*
 * What the way of a new connection needs beside its packet, one a CPU: its calls are deep, and a
 * stack has 512 bytes for all of them.
 */
struct scratch {
	struct tuple tuple;
	struct place place;
	struct exact exact;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

/* Which of the two: who looks for a template, and who enters it or a reverse entry. */
enum scratch_use { SCRATCH_FIND, SCRATCH_ENTER };

static __always_inline struct scratch *scratch_of(enum scratch_use use)
{
	return table_at(&scratches, use);
}

/*
 * Two flows with one tag in one pair of buckets (one new flow in 2^28 or so): their words carry
 * COLLIDES, and then only the cold record tells whose is whose. Also the way of every SYN, which
 * must not be taken for another flow's.
 */
SUBPROGRAM int connection_find_exact(const struct tuple *tuple, const struct place *place,
				     struct exact *exact)
{
	if (!tuple || !place || !exact)
		return 0;

	struct exact_search search = {
		.tuple = tuple, .tag = place->tag, .first = place->first, .second = place->second,
	};

	bpf_loop(2 * BUCKET_WORDS, exact_step, &search, 0);
	*exact = search.exact;
	return search.exact.value != 0;
}

static __always_inline __u64 *connection_word(__u32 index)
{
	struct bucket *bucket = table_at(&connections, index / BUCKET_WORDS);

	return bucket ? &bucket->words[index % BUCKET_WORDS] : NULL;
}

/* Whether an exact find has one; `c` is it then. `collides`: other flows of its tag are there. */
static __always_inline int connection_exact(const struct tuple *tuple, const struct place *place,
					    struct connection *c, int *collides)
{
	struct exact exact = {};
	int found = connection_find_exact(tuple, place, &exact);

	*collides = exact.collides;
	c->value = exact.value;
	c->index = exact.index;
	c->word = connection_word(exact.index);
	return found && c->word;
}

/* `collides`: whether other flows of its tag are there, where that was looked at. */
static __always_inline int connection_find(const struct tuple *tuple, const struct place *place,
					   struct connection *c, int *collides)
{
	*collides = 0;
	if (!connection_in(place->tag, place->first, c) &&
	    !connection_in(place->tag, place->second, c))
		return 0;
	return c->value & COLLIDES ? connection_exact(tuple, place, c, collides) : 1;
}
