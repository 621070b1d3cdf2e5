import { failure, type Result, success } from "../base/fault.ts";
import type { Arrived, VrrpOrder, VrrpSocket } from "../kernel/election-ground.ts";
import { addressBytes, familyOf } from "../wire/address.ts";
import { frame } from "../wire/frame.ts";
import type { Ipv4 } from "../wire/ipv4.ts";
import type { Ipv6 } from "../wire/ipv6.ts";
import { formatMac } from "../wire/mac.ts";
import { multicastMac } from "../wire/neighbour-discovery.ts";
import { PROTOCOL } from "../wire/protocol.ts";
import type { HostKernel } from "./host-kernel.ts";
import type { Thread } from "./thread.ts";

/** Messages that wait to be read; more are lost. */
const MESSAGES_MAX = 256;

/** A raw socket for VRRP. It belongs to a process, and the kernel fills it. */
export class SimulatedSocket implements VrrpSocket {
  readonly #order: VrrpOrder;
  readonly #kernel: HostKernel;
  readonly #thread: Thread;
  readonly #arrived: Arrived[] = [];
  /** The process has been told that there is something, and has not looked yet. */
  #told = false;
  #closed = false;

  constructor(order: VrrpOrder, kernel: HostKernel, thread: Thread) {
    this.#order = order;
    this.#kernel = kernel;
    this.#thread = thread;
  }

  send(destination: string, message: Uint8Array): Result<void> {
    this.#thread.enterKernel();
    const { source, ttl } = this.#order;
    const mac = this.#macOf(destination);
    if (mac === undefined) return failure("SEND_FAILED", `${destination} has no neighbour entry`);
    const bytes = frame({
      eth: { source: this.#kernel.port.mac, destination: mac },
      // Network control, as routers mark it (RFC 4594 section 3.2).
      ip: { source, destination, ttl, protocol: PROTOCOL.vrrp, trafficClass: 0xc0 },
      payload: message,
    });
    if (this.#kernel.transmit(bytes)) return success(undefined);
    return failure("SEND_FAILED", `${this.#kernel.port.host}'s interface is down`);
  }

  receive(): Arrived | undefined {
    this.#thread.enterKernel();
    this.#told = false;
    const next = this.#arrived.shift();
    if (next !== undefined) this.#kernel.tell("heard", next.source);
    return next;
  }

  close(): void {
    this.#closed = true;
    this.#kernel.close(this);
  }

  /** The kernel has a datagram: is it for this socket? */
  offer(ip: Ipv4 | Ipv6, protocol: number, message: Uint8Array): void {
    const { family, group, source: own } = this.#order;
    const isOurs = ip.destination === (group ?? own);
    if (protocol !== PROTOCOL.vrrp || ip.version !== family || !isOurs) return;
    if (this.#arrived.length >= MESSAGES_MAX) return;
    const ttl = ip.version === 4 ? ip.ttl : ip.hopLimit;
    const { source, destination } = ip;
    this.#kernel.tell("arrived", source);
    this.#arrived.push({ source, destination, ttl, message });
    if (this.#told) return;
    this.#told = true;
    this.#thread.post(() => {
      if (!this.#closed && this.#told) this.#order.readable();
    });
  }

  #macOf(destination: string): string | undefined {
    const { group } = this.#order;
    if (destination === group) return groupMac(destination);
    return this.#kernel.segment.macOf(destination);
  }
}

/** RFC 1112 section 6.4: the last 23 bits; RFC 2464 section 7: the last 32 bits. */
function groupMac(group: string): string {
  if (familyOf(group) === 6) return multicastMac(group);
  const [, second, third, fourth] = addressBytes(group);
  return formatMac(Uint8Array.of(0x01, 0x00, 0x5e, second! & 0x7f, third!, fourth!));
}
