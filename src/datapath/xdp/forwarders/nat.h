/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Masquerading (ip_vs_nat_xmit()): the packet's destination becomes the server, whose answers come
 * back through here (reply.h). forwarders/nat.ts is the specification.
 */
#pragma once
