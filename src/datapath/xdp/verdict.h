/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The verdict that belongs to a reason; counting it is part of giving it. reason.ts holds the list.
 */
#pragma once
#include "reason.h"

static __always_inline int verdict(enum reason reason)
{
	reason_count(reason);
	if (reason >= REASON_NOT_IP && reason <= REASON_REPLY_UP)
		return XDP_PASS;
	return XDP_DROP;
}
