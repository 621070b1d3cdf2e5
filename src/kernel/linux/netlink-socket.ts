import { assert } from "../../base/assert.ts";
import { failure, type Result, success } from "../../base/fault.ts";
import {
  decodeAck,
  decodeMessages,
  encodeMessage,
  type NetlinkMessage,
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  u32Bytes,
} from "../../wire/netlink.ts";
import type { Addon, Poll } from "./addon.ts";
import { describeErrno, errno } from "./errno.ts";
import { refusal } from "./refusal.ts";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;
const UV_READABLE = 1;

export const NETLINK_ROUTE = 0;

/** The kernel fills at most 32 KiB of a dump into one datagram (netlink_dump of af_netlink.c). */
const DATAGRAM_BYTES = 64 * 1024;
/** Room for bursts of changes; what does not fit any more is reported as ENOBUFS. */
const QUEUE_BYTES = 4 * 1024 * 1024;
/** A dump that changes overtake is asked for again, this often at most. */
const DUMPS_MAX = 5;
/** Datagrams taken in one turn, so that a storm of changes leaves room for the rest. */
const TURN_MAX = 256;

export interface WatchEvent {
  readonly messages: readonly NetlinkMessage[];
  /** Changes were lost, netlink(7) ENOBUFS: what is known must be asked for anew now. */
  readonly lost: boolean;
}

/**
 * A netlink socket. The kernel answers a request while it is being sent, so asking does not wait;
 * only changes that nobody asked for are awaited.
 */
export class NetlinkSocket {
  readonly #native: Addon;
  readonly #fd: number;
  readonly #buffer = new Uint8Array(DATAGRAM_BYTES);
  #sequence = 0;
  #losing = false;
  #poll: Poll | undefined;

  private constructor(native: Addon, fd: number) {
    this.#native = native;
    this.#fd = fd;
  }

  /**
   * `groups` are the multicast groups to listen to, RTNLGRP_* of <linux/rtnetlink.h>, up to 32.
   *
   * Faults: NETLINK_REFUSED, BPF_PERMISSION.
   */
  static open(
    native: Addon,
    protocol: number,
    groups: readonly number[] = [],
  ): Result<NetlinkSocket> {
    const fd = native.socket(AF_NETLINK, SOCK_RAW, protocol);
    if (fd < 0) return refusal("NETLINK_REFUSED", "open a netlink socket", fd);
    const one = u32Bytes(1);
    native.setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, one);
    native.setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, one);
    // Beyond the limit of net.core.rmem_max where we may; if not, ENOBUFS comes sooner.
    native.setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, u32Bytes(QUEUE_BYTES));
    const bound = native.bind(fd, socketAddress(groups));
    if (bound >= 0) return success(new NetlinkSocket(native, fd));
    native.close(fd);
    return refusal("NETLINK_REFUSED", "listen to netlink", bound);
  }

  /**
   * Sends one request and returns what comes before its acknowledgement. `doing` completes "Cannot
   * ...".
   *
   * Faults: LINK_MISSING, ADDRESS_MISSING, ROUTE_MISSING, ENTRY_EXISTS, NETLINK_REFUSED,
   * BPF_PERMISSION.
   */
  request(
    doing: string,
    type: number,
    flags: number,
    payload: Uint8Array,
  ): Result<NetlinkMessage[]> {
    return this.#ask(doing, type, flags | NLM_F_REQUEST | NLM_F_ACK, payload).answer;
  }

  /** All objects of one kind. Faults: as request(). */
  dump(doing: string, type: number, payload: Uint8Array): Result<NetlinkMessage[]> {
    for (let attempt = 1; ; attempt++) {
      const { answer, torn } = this.#ask(doing, type, NLM_F_REQUEST | NLM_F_DUMP, payload);
      if (!torn || attempt === DUMPS_MAX) return answer;
    }
  }

  /** Calls back with what the groups tell, until close(). */
  watch(changed: (event: WatchEvent) => void): void {
    const ready = (events: number) => {
      const event = this.#drain();
      // After an error, and lost changes are one, libuv has stopped to poll (uv__poll_io of
      // poll.c).
      if (events < 0) this.watch(changed);
      changed(event);
    };
    if (this.#poll !== undefined) this.#native.pollClose(this.#poll);
    const poll = this.#native.pollOpen(this.#fd, UV_READABLE, ready);
    assert(typeof poll !== "number", "a netlink socket that can be polled", poll);
    this.#poll = poll;
  }

  close(): void {
    if (this.#poll !== undefined) this.#native.pollClose(this.#poll);
    this.#poll = undefined;
    this.#native.close(this.#fd);
  }

  #ask(doing: string, type: number, flags: number, payload: Uint8Array) {
    const sequence = ++this.#sequence;
    const request = encodeMessage({ type, flags, sequence, port: 0, payload });
    const sent = this.#native.sendto(this.#fd, request, 0, socketAddress([]));
    if (sent < 0) return { answer: refusal("NETLINK_REFUSED", doing, sent), torn: false };
    const messages: NetlinkMessage[] = [];
    let torn = false;
    for (;;) {
      const received = this.#receive();
      if (!received.ok) return { answer: received, torn };
      for (const message of received.value) {
        if (message.sequence !== sequence) continue;
        torn ||= (message.flags & NLM_F_DUMP_INTR) !== 0;
        if (message.type !== NLMSG_DONE && message.type !== NLMSG_ERROR) {
          messages.push({ ...message, payload: message.payload.slice() });
          continue;
        }
        const ended = outcome(doing, message);
        return { answer: ended.ok ? success(messages) : ended, torn };
      }
    }
  }

  #receive(): Result<NetlinkMessage[]> {
    const length = this.#native.recvfrom(this.#fd, this.#buffer, 0, undefined);
    if (length < 0) return refusal("NETLINK_REFUSED", "read from netlink", length);
    return decodeMessages(this.#buffer.subarray(0, length));
  }

  /**
   * What has come in; the messages' payloads are copies.
   *
   * A loss is reported once the queue is empty: until then the kernel goes on losing changes
   * without another word (netlink_overrun and netlink_rcv_wake of af_netlink.c), so a dump would
   * come too soon.
   */
  #drain(): WatchEvent {
    const messages: NetlinkMessage[] = [];
    for (let turn = 0; turn < TURN_MAX; turn++) {
      const length = this.#native.recvfrom(this.#fd, this.#buffer, 0, undefined);
      if (length === -errno.EAGAIN) {
        const lost = this.#losing;
        this.#losing = false;
        return { messages, lost };
      }
      const decoded = length < 0 ? undefined : decodeMessages(this.#buffer.slice(0, length));
      if (decoded?.ok === true) messages.push(...decoded.value);
      else this.#losing = true;
    }
    return { messages, lost: false };
  }
}

function outcome(doing: string, message: NetlinkMessage): Result<void> {
  const ack = decodeAck(message);
  if (!ack.ok) return ack;
  const { error, message: said } = ack.value;
  if (error >= 0) return success(undefined);
  const what = said === "" ? doing : `${doing} ("${said}")`;
  if (error === -errno.ENODEV || error === -errno.ENXIO) {
    return failure("LINK_MISSING", `Cannot ${what}: ${describeErrno(error)}`);
  }
  if (error === -errno.EADDRNOTAVAIL) {
    return failure("ADDRESS_MISSING", `Cannot ${what}: ${describeErrno(error)}`);
  }
  if (error === -errno.ESRCH) {
    return failure("ROUTE_MISSING", `Cannot ${what}: ${describeErrno(error)}`);
  }
  if (error === -errno.EEXIST) {
    return failure("ENTRY_EXISTS", `Cannot ${what}: ${describeErrno(error)}`);
  }
  return refusal("NETLINK_REFUSED", what, error);
}

/** struct sockaddr_nl of netlink(7): the kernel chooses our port, and has port 0 itself. */
function socketAddress(groups: readonly number[]): Uint8Array {
  const address = new Uint8Array(12);
  const view = new DataView(address.buffer);
  view.setUint16(0, AF_NETLINK, true);
  const mask = groups.reduce((bits, group) => bits + 2 ** (group - 1), 0);
  view.setUint32(8, mask, true);
  return address;
}
