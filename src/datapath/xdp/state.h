/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The states of a connection and how packets move them: the tables of the kernel's
 * net/netfilter/ipvs/ip_vs_proto_tcp.c. UDP has the one state, and templates have two. state.ts is
 * the specification.
 */
#pragma once
#include "packet.h"

enum state {
	STATE_NONE,
	STATE_ESTABLISHED,
	STATE_SYN_SENT,
	STATE_SYN_RECV,
	STATE_FIN_WAIT,
	STATE_TIME_WAIT,
	STATE_CLOSE,
	STATE_CLOSE_WAIT,
	STATE_LAST_ACK,
	STATE_LISTEN,
	STATE_SYNACK,
	STATE_UDP = 16,
	STATE_TEMPLATE = 17,
	STATE_ASSURED = 18,
	STATE_REVERSE = 19,
};

/* States that count as ActiveConn: tcp_state_active_table. A half-open connection is one. */
#define STATES_ACTIVE \
	(1u << STATE_ESTABLISHED | 1u << STATE_SYN_SENT | 1u << STATE_SYN_RECV | 1u << STATE_SYNACK)

/* States that a new flow may take the entry of when its buckets are full. */
#define STATES_CLOSING                                                                       \
	(1u << STATE_NONE | 1u << STATE_FIN_WAIT | 1u << STATE_TIME_WAIT | 1u << STATE_CLOSE | \
	 1u << STATE_CLOSE_WAIT | 1u << STATE_LAST_ACK)

static __always_inline int state_is_active(__u32 state)
{
	return (STATES_ACTIVE >> (state & 31)) & 1;
}

/* Persistence templates, which are no flows and age by their service's timeout. */
static __always_inline int state_is_template(__u32 state)
{
	return state == STATE_TEMPLATE || state == STATE_ASSURED;
}

enum tcp_event { EVENT_SYN, EVENT_FIN, EVENT_ACK, EVENT_RST, EVENT_NONE };

/* tcp_state_idx(): RST before SYN before FIN before ACK. */
static __always_inline enum tcp_event tcp_event(__u8 flags)
{
	if (flags & TCP_RST)
		return EVENT_RST;
	if (flags & TCP_SYN)
		return EVENT_SYN;
	if (flags & TCP_FIN)
		return EVENT_FIN;
	if (flags & TCP_ACK)
		return EVENT_ACK;
	return EVENT_NONE;
}

#define NO STATE_NONE
#define ES STATE_ESTABLISHED
#define SS STATE_SYN_SENT
#define SR STATE_SYN_RECV
#define FW STATE_FIN_WAIT
#define TW STATE_TIME_WAIT
#define CL STATE_CLOSE
#define CW STATE_CLOSE_WAIT
#define LA STATE_LAST_ACK
#define LI STATE_LISTEN
#define SA STATE_SYNACK

/*
 * Which way a packet goes and what else the director sees of its connection: the packets of a
 * client whose server answers through the director, those answers, or the packets of a client
 * whose server answers it directly.
 */
enum direction { INPUT, OUTPUT, INPUT_ONLY, DIRECTIONS };

/* The second three are stricter: tcp_states_dos, with secure_tcp. */
static const __u8 tcp_states[2 * DIRECTIONS][4][16] = {
	[INPUT] = {
		/*               NO  ES  SS  SR  FW  TW  CL  CW  LA  LI  SA */
		[EVENT_SYN] = { SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR },
		[EVENT_FIN] = { CL, CW, SS, TW, TW, TW, CL, CW, LA, LI, TW },
		[EVENT_ACK] = { ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES },
		[EVENT_RST] = { CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, SR },
	},
	[OUTPUT] = {
		[EVENT_SYN] = { SS, ES, SS, SR, SS, SS, SS, SS, SS, LI, SR },
		[EVENT_FIN] = { TW, FW, SS, TW, FW, TW, CL, TW, LA, LI, TW },
		[EVENT_ACK] = { ES, ES, SS, ES, FW, TW, CL, CW, LA, ES, ES },
		[EVENT_RST] = { CL, CL, SS, CL, CL, TW, CL, CL, CL, CL, CL },
	},
	[INPUT_ONLY] = {
		[EVENT_SYN] = { SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SR },
		[EVENT_FIN] = { CL, FW, SS, TW, FW, TW, CL, CW, LA, LI, TW },
		[EVENT_ACK] = { ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES },
		[EVENT_RST] = { CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL },
	},
	[DIRECTIONS + INPUT] = {
		[EVENT_SYN] = { SR, ES, ES, SR, SR, SR, SR, SR, SR, SR, SA },
		[EVENT_FIN] = { CL, CW, SS, TW, TW, TW, CL, CW, LA, LI, SA },
		[EVENT_ACK] = { ES, ES, SS, SR, FW, TW, CL, CW, CL, LI, SA },
		[EVENT_RST] = { CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL },
	},
	[DIRECTIONS + OUTPUT] = {
		[EVENT_SYN] = { SS, ES, SS, SA, SS, SS, SS, SS, SS, LI, SA },
		[EVENT_FIN] = { TW, FW, SS, TW, FW, TW, CL, TW, LA, LI, TW },
		[EVENT_ACK] = { ES, ES, SS, ES, FW, TW, CL, CW, LA, ES, ES },
		[EVENT_RST] = { CL, CL, SS, CL, CL, TW, CL, CL, CL, CL, CL },
	},
	[DIRECTIONS + INPUT_ONLY] = {
		[EVENT_SYN] = { SA, ES, ES, SR, SA, SA, SA, SA, SA, SA, SA },
		[EVENT_FIN] = { CL, FW, SS, TW, FW, TW, CL, CW, LA, LI, TW },
		[EVENT_ACK] = { ES, ES, SS, ES, FW, TW, CL, CW, CL, LI, ES },
		[EVENT_RST] = { CL, CL, CL, SR, CL, CL, CL, CL, LA, LI, CL },
	},
};

#undef NO
#undef ES
#undef SS
#undef SR
#undef FW
#undef TW
#undef CL
#undef CW
#undef LA
#undef LI
#undef SA

/* The state that a packet brings a connection to. A later fragment says nothing of it. */
static __always_inline __u32 state_after(const struct packet *p, const struct control *control,
					 enum direction direction, __u32 state)
{
	if (p->fragment == FRAGMENT_LATER)
		return state;
	if (p->tuple.protocol != IPPROTO_TCP)
		return STATE_UDP;

	enum tcp_event event = tcp_event(p->tcp_flags);

	/* A segment with none of the four flags closes: ip_vs_proto_tcp.c set_tcp_state(). */
	if (event == EVENT_NONE)
		return STATE_CLOSE;
	return tcp_states[direction + (control->secure_tcp ? DIRECTIONS : 0)][event][state & 15];
}
