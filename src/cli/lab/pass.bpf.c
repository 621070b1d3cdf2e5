/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * Passes every frame. It stands on the switch's end of each cable of a lab: a veth delivers what
 * its peer sends by XDP_TX only where a native XDP program is on it (drivers/net/veth.c,
 * veth_xdp_flush()). Generic receive offload would let packets in as well, but late, and merged
 * with their neighbours.
 */
__attribute__((section("xdp"), used)) int pass(void *frame) {
  (void)frame;
  return 2; /* XDP_PASS */
}
