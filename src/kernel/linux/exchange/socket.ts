import { familyOf } from "../../../wire/address.ts";
import { textBytes, u32Bytes } from "../../../wire/netlink.ts";
import { numberOf } from "../../../wire/netlink-address.ts";
import type { ExchangeTarget } from "../../exchange.ts";
import type { Addon } from "../addon.ts";
import { errno } from "../errno.ts";
import { socketAddress } from "../socket-address.ts";
import { type Failure, failureOf, localFailure } from "./failure.ts";
import { describeTarget } from "./lifetime.ts";

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const SO_BINDTODEVICE = 25;
const SO_MARK = 36;
const IPPROTO_IP = 0;
const IP_RECVERR = 11;
const IPPROTO_IPV6 = 41;
const IPV6_RECVERR = 25;

/**
 * A socket of an order's target that has begun to connect: for TCP it becomes writable when that is
 * done, for the others connecting only fixes the address (connect(2)).
 *
 * Datagrams hear of all errors of ICMP, the soft ones too (ip(7) IP_RECVERR): for a check, a host
 * that is unreachable now has failed. TCP hears of them by itself while it connects, and later on
 * knows better.
 */
export function connectSocket(
  native: Addon,
  target: ExchangeTarget,
  type: number,
  protocol: number,
): number | Failure {
  const family = familyOf(target.address);
  if (family === undefined) return localFailure(`use "${target.address}"`, -errno.EINVAL);
  const fd = native.socket(numberOf(family), type, protocol);
  if (fd < 0) return localFailure("open a socket", fd);
  const failure = prepare(native, fd, family, type, target);
  if (failure === undefined) return fd;
  native.close(fd);
  return failure;
}

function prepare(
  native: Addon,
  fd: number,
  family: 4 | 6,
  type: number,
  target: ExchangeTarget,
): Failure | undefined {
  const { address, port, bindAddress, bindPort, bindInterface, mark } = target;
  if (mark !== undefined) {
    const set = native.setsockopt(fd, SOL_SOCKET, SO_MARK, u32Bytes(mark));
    if (set < 0) return localFailure(`set mark ${mark}`, set);
  }
  if (bindInterface !== undefined) {
    const set = native.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, textBytes(bindInterface));
    if (set < 0) return localFailure(`bind to interface "${bindInterface}"`, set);
  }
  if (type !== SOCK_STREAM) {
    if (family === 4) native.setsockopt(fd, IPPROTO_IP, IP_RECVERR, u32Bytes(1));
    else native.setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, u32Bytes(1));
  }
  if (bindAddress !== undefined || bindPort !== undefined) {
    const from = bindAddress ?? (family === 4 ? "0.0.0.0" : "::");
    if (bindPort !== undefined) native.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, u32Bytes(1));
    const bound = native.bind(fd, socketAddress(from, bindPort ?? 0));
    if (bound < 0) return localFailure(`bind to ${from} port ${bindPort ?? 0}`, bound);
  }
  const connected = native.connect(fd, socketAddress(address, port));
  if (connected === 0 || connected === -errno.EINPROGRESS) return undefined;
  return failureOf(`reach ${describeTarget(target)}`, connected);
}
