/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What a packet does to the entry it belongs to. connection-change.ts is the specification. */
#pragma once
#include "connection-end.h"

/* Whether the server's answers do not come by here: IP_VS_CONN_F_NOOUTPUT. */
static __always_inline int server_has_no_output(const struct server *server)
{
	return server->method != METHOD_NAT || (server->flags & SERVER_LOCAL);
}

/* Of a client's packet to this server. */
static __always_inline enum direction input_direction(const struct server *server)
{
	return server_has_no_output(server) ? INPUT_ONLY : INPUT;
}

/*
 * is_new_conn_expected(): a SYN on an entry that is over opens a new connection, scheduled anew.
 * Bit 1 covers FIN_WAIT too, for entries that never see an answer (NOOUTPUT): all but NAT's.
 */
static __always_inline int connection_is_over(__u32 state, __u8 reuse_mode, int no_output)
{
	if (!reuse_mode)
		return 0;
	return state == STATE_TIME_WAIT || state == STATE_CLOSE ||
	       ((reuse_mode & 2) && no_output && state == STATE_FIN_WAIT);
}

/* ip_vs_control_assure_ct(): a connection that is established vouches for its template. */
static __always_inline void template_assure(__u32 index)
{
	__u64 *word = connection_word(index);

	if (!word)
		return;

	__u64 value = *(volatile __u64 *)word;
	__u64 assured = (value & ~(0xffull << WORD_STATE_SHIFT)) |
			(__u64)STATE_ASSURED << WORD_STATE_SHIFT;

	if (WORD_STATE(value) == STATE_TEMPLATE)
		__sync_val_compare_and_swap(word, value, assured);
}

/*
 * Moves the entry to the state that the packet brings; the counts, the time of day and the template
 * with it.
 */
SUBPROGRAM int connection_change(const struct tuple *tuple, __u32 index, __u64 value, __u32 next)
{
	__u32 from = WORD_STATE(value);
	__u64 rest = value & ~(0xffull << WORD_STATE_SHIFT);
	__u64 word = rest | (__u64)next << WORD_STATE_SHIFT | TOUCHED;

	/* A tag proves much, the cold record all: only the flow's own packets change its state. */
	if (!tuple || !connection_is(tuple, index, value))
		return 0;

	struct connection_cold *cold = table_at(&connections_cold, index);
	__u64 *at = connection_word(index);

	if (!cold || !at || __sync_val_compare_and_swap(at, value, word) != value)
		return 0;
	cold->seen = ticks();
	load_move(WORD_SERVER(word), from, next);
	if (next == STATE_ESTABLISHED && cold->control)
		template_assure(cold->control - 1);
	return 1;
}

static __always_inline void connection_touch(const struct tuple *tuple, struct connection *c,
					     __u32 next)
{
	if (next != WORD_STATE(c->value))
		connection_change(tuple, c->index, c->value, next);
	else if (!(c->value & TOUCHED))
		__sync_val_compare_and_swap(c->word, c->value, c->value | TOUCHED);
}
