/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The member of the least cost / weight, compared by cross multiplication; the newest wins a tie.
 * What wlc, sed and nq have in common.
 */
#pragma once
#include "../draw.h"

static __always_inline void least_by_weight(struct draw *draw, const struct pool_member *member,
					    __u64 cost)
{
	if (draw->server == NO_SERVER || draw->overhead * member->weight > cost * draw->weight) {
		draw->server = member->server;
		draw->overhead = cost;
		draw->weight = member->weight;
	}
}
