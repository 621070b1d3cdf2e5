/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* A connection by NAT, as its server's packets name it. NatFlow of nat-servers.ts is the same. */
#pragma once
#include "tuple.h"

/*
 * A packet's server side in, its connection out: the tuple's virtual side is the server's address
 * until the connection is found, and then the VIP with its port.
 */
struct nat_flow {
	struct tuple tuple;
	__be16 port;        /* of the server */
	__u16 entered;      /* 0 for a flow that found no room in the table */
	__u32 server;
	__u32 service;
	__u32 index;        /* of its entry, and what the word was when it was read */
	__u64 value;
};
