/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * When an entry of the connection table ends, and what ends with it. connection-end.ts is the
 * specification.
 */
#pragma once
#include "connection.h"
#include "load.h"

/* IPVS gives a template that still controls connections so much more, again and again. */
#define TEMPLATE_EXTENSION 57220 /* 60 s of 2^20 ns ticks */

/*
 * A template whose service was taken away lives so long from its last connection: in IPVS each has
 * its own time, and is found again when the service comes back.
 */
#define TEMPLATE_ORPHANED 343323 /* 360 s of 2^20 ns ticks */

/* How long an entry lives without a packet, in ticks. */
static __always_inline __u32 connection_timeout(__u64 word)
{
	if (!state_is_template(WORD_STATE(word)))
		return timeout_of(WORD_STATE(word));

	const struct server *server = table_at(&servers, WORD_SERVER(word));
	const struct service *service;

	if (!server || server->service >= services_max)
		return TEMPLATE_ORPHANED;
	service = table_at(&services, server->service);
	return service && service->persistence ? service->persistence : TEMPLATE_ORPHANED;
}

/* Whether the flow that a reverse entry leads to is still there. */
static __always_inline int connection_forward_lives(const struct connection_cold *cold, __u64 word)
{
	__u32 index = cold->control - 1;
	const __u64 *at = connection_word(index);
	const struct connection_cold *forward = table_at(&connections_cold, index);

	if (!at || !forward)
		return 0;

	__u64 value = *(const volatile __u64 *)at;

	return WORD_TAG(value) && WORD_SERVER(value) == WORD_SERVER(word) &&
	       forward->client_port == cold->client_port &&
	       ip_same(&forward->client, &cold->client);
}

/* Whether the sweep would take the entry out, or extend a template. */
static __always_inline int connection_overdue(__u32 index, __u64 word, __u32 now)
{
	const struct connection_cold *cold = table_at(&connections_cold, index);

	if (!cold)
		return 0;
	if (WORD_STATE(word) == STATE_REVERSE)
		return !connection_forward_lives(cold, word);
	/* A template that was extended was last seen in the future. */
	if ((word & TOUCHED) || cold->seen - now <= TEMPLATE_EXTENSION)
		return 0;
	return now - cold->seen > connection_timeout(word);
}

/* Whether the entry is a template with live connections. */
static __always_inline int connection_controls(__u32 index, __u64 word)
{
	const struct connection_cold *cold = table_at(&connections_cold, index);

	return state_is_template(WORD_STATE(word)) && cold && cold->control;
}

/* Whether nothing is lost when the entry goes. */
static __always_inline int connection_expired(__u32 index, __u64 word, __u32 now)
{
	return connection_overdue(index, word, now) && !connection_controls(index, word);
}

/*
 * An entry is out of the table: its server and its template lose it. `control` was read of its
 * cold record before, which may be another's by now.
 */
static __always_inline void connection_release(__u64 word, __u32 control)
{
	__u32 state = WORD_STATE(word);

	load_unbind(WORD_SERVER(word), state);
	if (!control || state_is_template(state) || state == STATE_REVERSE)
		return;

	struct connection_cold *template = table_at(&connections_cold, control - 1);

	if (template)
		__sync_fetch_and_add(&template->control, -1);
}

/*
 * ip_vs_conn_expire_now(): takes the entry out, as long as its word is `value`. Whoever takes it
 * out gives back its share. A fresh one stays: who enters it would publish what is gone.
 */
SUBPROGRAM int connection_remove(__u32 index, __u64 value)
{
	const struct connection_cold *cold = table_at(&connections_cold, index);
	__u64 *word = connection_word(index);

	if (!word || !cold || (value & FRESH))
		return 0;

	__u32 control = cold->control;

	if (__sync_val_compare_and_swap(word, value, 0) != value)
		return 0;
	connection_release(value, control);
	return 1;
}
