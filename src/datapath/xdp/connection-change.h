/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What a packet does to the entry it belongs to. connection-change.ts is the specification. */
#pragma once
#include "connection.h"
#include "load.h"

/*
 * is_new_conn_expected(): a SYN on an entry that is over opens a new connection, scheduled anew.
 * Entries of DR never see an answer (NOOUTPUT), so for them bit 1 covers FIN_WAIT too.
 */
static __always_inline int connection_is_over(__u32 state, __u8 reuse_mode)
{
	if (!reuse_mode)
		return 0;
	return state == STATE_TIME_WAIT || state == STATE_CLOSE ||
	       ((reuse_mode & 2) && state == STATE_FIN_WAIT);
}

/* ip_vs_conn_expire_now(): takes the entry out. Whoever takes it out gives back its share. */
static __noinline void connection_end(struct connection *c)
{
	if (c->word && __sync_val_compare_and_swap(c->word, c->value, 0) == c->value)
		load_unbind(WORD_SERVER(c->value), WORD_STATE(c->value));
}

/* Moves the entry to the state that the packet brings; the counts and the time of day with it. */
static __noinline void connection_change(const struct packet *p, struct connection *c, __u32 next)
{
	__u32 from = WORD_STATE(c->value);
	__u64 rest = c->value & ~(0xffull << WORD_STATE_SHIFT);
	__u64 word = rest | next << WORD_STATE_SHIFT | TOUCHED;

	/* A tag proves much, the cold record all: only the flow's own packets change its state. */
	if (!c->word || !connection_is(p, c->index, c->value))
		return;

	struct connection_cold *cold = table_at(&connections_cold, c->index);

	if (!cold || __sync_val_compare_and_swap(c->word, c->value, word) != c->value)
		return;
	cold->seen = ticks();
	load_move(WORD_SERVER(word), from, next);
}

static __always_inline void connection_touch(const struct packet *p, struct connection *c)
{
	__u32 state = WORD_STATE(c->value);
	__u32 next = state_next(p, state);

	if (next != state)
		connection_change(p, c, next);
	else if (!(c->value & TOUCHED))
		__sync_val_compare_and_swap(c->word, c->value, c->value | TOUCHED);
}
