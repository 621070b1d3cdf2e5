/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Stage 4, connection: the table of hot words and cold records. connection.ts is its specification.
 *
 * Every change of a word is one compare-and-swap, so no CPU ever acts on half a change; whoever
 * loses the race looks again or leaves the winner's word in place.
 */
#pragma once
#include "packet.h"
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

static __always_inline void connection_place(const struct packet *p, struct place *place)
{
	__u64 h = (__u64)(p->client + hash_keys[0]) * (__u32)(p->virtual + hash_keys[1]) +
		  (__u64)(p->ports + hash_keys[2]) * (__u32)(p->protocol + hash_keys[3]);

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

static __always_inline void tuple_client(const struct packet *p, struct ip *client)
{
	client->words[0] = 0;
	client->words[1] = 0;
	client->words[2] = bpf_htonl(0xffff);
	client->words[3] = p->client;
}

static __always_inline int ip_is_v4(const struct ip *ip, __u32 v4)
{
	return ip->words[3] == v4 && ip->words[2] == bpf_htonl(0xffff) && !ip->words[1] &&
	       !ip->words[0];
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

/* Whether the cold record is this very flow's. A fresh one cannot tell yet: its tag must do. */
static __noinline int connection_is(const struct packet *p, __u32 index, __u64 word)
{
	const struct connection_cold *cold = table_at(&connections_cold, index);

	if (word & FRESH)
		return 1;
	if (!cold || CLIENT_PORT(p) != cold->client_port ||
	    VIRTUAL_PORT(p) != cold->virtual_port || !ip_is_v4(&cold->client, p->client))
		return 0;

	const struct vip *vip = table_at(&vips, cold->vip);

	return vip && vip->protocol == p->protocol && ip_is_v4(&vip->address, p->virtual);
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

/*
 * Two flows with one tag in one pair of buckets (one new flow in 2^28 or so): their words carry
 * COLLIDES, and then only the cold record tells whose is whose. Also the way of every SYN, which
 * must not be taken for another flow's. Says whether other flows of its tag were met; their number
 * would be so many more states for the verifier.
 */
static __noinline int connection_find_exact(const struct packet *p, const struct place *place,
					    struct connection *c)
{
	int collides = 0;

	c->word = NULL;
	for (int b = 0; b < 2; b++) {
		__u32 at = b ? place->second : place->first;
		struct bucket *bucket = table_at(&connections, at);

		if (!bucket)
			return 0;
		for (int i = 0; i < BUCKET_WORDS; i++) {
			__u64 word = *(volatile __u64 *)&bucket->words[i];

			if (WORD_TAG(word) != place->tag)
				continue;
			if (connection_is(p, at * BUCKET_WORDS + i, word)) {
				c->word = &bucket->words[i];
				c->value = word;
				c->index = at * BUCKET_WORDS + i;
				return collides;
			}
			collides = 1;
		}
	}
	return collides;
}

/* `collides`: whether other flows of its tag are there, where that was looked at. */
static __always_inline int connection_find(const struct packet *p, const struct place *place,
					   struct connection *c, int *collides)
{
	*collides = 0;
	if (!connection_in(place->tag, place->first, c) &&
	    !connection_in(place->tag, place->second, c))
		return 0;
	if (c->value & COLLIDES) {
		*collides = connection_find_exact(p, place, c);
		return c->word != NULL;
	}
	return 1;
}
