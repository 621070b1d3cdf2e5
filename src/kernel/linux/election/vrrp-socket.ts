import { failure, type Result, success } from "../../../base/fault.ts";
import { formatAddress } from "../../../wire/address.ts";
import { decodeIpv4 } from "../../../wire/ipv4.ts";
import { u32Of } from "../../../wire/netlink.ts";
import { numberOf } from "../../../wire/netlink-address.ts";
import { PROTOCOL } from "../../../wire/protocol.ts";
import type { Arrived, VrrpOrder, VrrpSocket } from "../../election-ground.ts";
import type { Addon } from "../addon.ts";
import { controlMessages } from "../control-messages.ts";
import { describeErrno, errno } from "../errno.ts";
import { readSocketAddress, SOCKET_ADDRESS_BYTES, socketAddress } from "../socket-address.ts";
import { WatchedSocket } from "../watched-socket.ts";
import { vrrpOptions } from "./vrrp-options.ts";

const SOCK_RAW = 3;
const IPPROTO_IPV6 = 41;
const IPV6_PKTINFO = 50;
const IPV6_HOPLIMIT = 52;
const IPV6_ADDRESS_BYTES = 16;

/** The longest datagram. */
const DATAGRAM_BYTES = 0xffff;
/** Room for IPV6_HOPLIMIT and IPV6_PKTINFO. */
const CONTROL_BYTES = 128;

/**
 * A raw socket for the VRRP messages of one interface and family (raw(7), ipv6(7)).
 *
 * Faults: LINK_MISSING, SOCKET_FAILED.
 */
export function openVrrpSocket(native: Addon, order: VrrpOrder): Result<VrrpSocket> {
  const fd = native.socket(numberOf(order.family), SOCK_RAW, PROTOCOL.vrrp);
  if (fd < 0) return refused("open a raw socket", fd);
  const ready = prepare(native, fd, order);
  if (ready.ok) return success(new LinuxVrrpSocket(native, fd, order));
  native.close(fd);
  return ready;
}

function prepare(native: Addon, fd: number, order: VrrpOrder): Result<void> {
  for (const { level, name, value, doing } of vrrpOptions(order)) {
    const set = native.setsockopt(fd, level, name, value);
    if (set < 0) return refused(doing, set);
  }
  // A bound IPv4 socket would not hear its group: __raw_v4_match of net/ipv4/raw.c compares the
  // destination. There the option IP_MULTICAST_IF says what the source is.
  if (order.family === 4 && order.group !== undefined) return success(undefined);
  const bound = native.bind(fd, socketAddress(order.source, 0, order.link));
  if (bound < 0) return refused(`take ${order.source} for the source`, bound);
  return success(undefined);
}

function refused(doing: string, result: number) {
  const message = `Cannot ${doing} for VRRP: ${describeErrno(result)}`;
  const missing = result === -errno.ENODEV || result === -errno.ENXIO;
  // IP_MULTICAST_IF has EADDRNOTAVAIL for an interface that is not there.
  const gone = missing || (result === -errno.EADDRNOTAVAIL && doing.startsWith("send on"));
  return failure(gone ? "LINK_MISSING" : "SOCKET_FAILED", message);
}

class LinuxVrrpSocket implements VrrpSocket {
  readonly #native: Addon;
  readonly #socket: WatchedSocket;
  readonly #order: VrrpOrder;
  readonly #data = new Uint8Array(DATAGRAM_BYTES);
  readonly #from = new Uint8Array(SOCKET_ADDRESS_BYTES);
  readonly #control = new Uint8Array(CONTROL_BYTES);
  #open = true;

  constructor(native: Addon, fd: number, order: VrrpOrder) {
    this.#native = native;
    this.#order = order;
    this.#socket = new WatchedSocket(native, fd, () => order.readable());
  }

  send(destination: string, message: Uint8Array): Result<void> {
    const to = socketAddress(destination, 0, this.#order.link);
    const sent = this.#open ? this.#native.sendto(this.#socket.fd, message, 0, to) : -errno.EBADF;
    if (sent === message.length) return success(undefined);
    const because = sent < 0 ? describeErrno(sent) : `only ${sent} bytes went`;
    return failure(
      "SEND_FAILED",
      `Cannot send to ${destination} on interface ${this.#order.link}: ${because}`,
    );
  }

  receive(): Arrived | undefined {
    while (this.#open) {
      const length = this.#native.recvmsg(
        this.#socket.fd,
        this.#data,
        0,
        this.#from,
        this.#control,
      );
      // There is no more, or an error that reading has taken: then the socket is readable anew.
      if (length < 0) return undefined;
      const bytes = this.#data.subarray(0, length);
      const arrived = this.#order.family === 4 ? arrivedIpv4(bytes) : this.#arrivedIpv6(bytes);
      if (arrived !== undefined) return arrived;
    }
    return undefined;
  }

  close(): void {
    this.#open = false;
    this.#socket.close();
  }

  /** The header does not come with the message; what is of use of it are control messages. */
  #arrivedIpv6(bytes: Uint8Array): Arrived | undefined {
    let ttl: number | undefined;
    let destination: string | undefined;
    for (const { level, type, data } of controlMessages(this.#control)) {
      if (level !== IPPROTO_IPV6) continue;
      if (type === IPV6_HOPLIMIT) ttl = u32Of(data);
      if (type === IPV6_PKTINFO) destination = formatAddress(data.subarray(0, IPV6_ADDRESS_BYTES));
    }
    if (ttl === undefined || destination === undefined) return undefined;
    const source = readSocketAddress(this.#from).address;
    return { source, destination, ttl, message: bytes.slice() };
  }
}

/** A raw IPv4 socket hears the datagram with its header, which the kernel has checked (raw(7)). */
function arrivedIpv4(bytes: Uint8Array): Arrived | undefined {
  const decoded = decodeIpv4(bytes, "trust");
  if (!decoded.ok) return undefined;
  const { source, destination, ttl, payload } = decoded.value;
  return { source, destination, ttl, message: payload.slice() };
}
