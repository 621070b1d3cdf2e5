/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Direct routing (ip_vs_dr_xmit()): the frame goes to the real server's MAC address and keeps its
 * addresses; the server answers the client itself. dr.ts is the specification.
 */
#pragma once
#include "passage.h"

static __always_inline int dr_forward(struct xdp_md *ctx, const struct server *server,
				      enum reason reason)
{
	return passage_leave(ctx, server, reason);
}
