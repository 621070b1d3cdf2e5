import { type Result, success } from "../base/fault.ts";
import type {
  ElectionGround,
  HeldAddress,
  HeldAddresses,
  Leases,
  VrrpOrder,
  VrrpSocket,
} from "../kernel/election-ground.ts";
import type { Clock, Event } from "./clock.ts";
import type { HostKernel } from "./host-kernel.ts";
import { SimulatedSocket } from "./socket.ts";
import type { Thread } from "./thread.ts";

/**
 * The ground of one daemon's elections: its calls go to the kernel of its host. At each of them the
 * process can be stopped or killed.
 */
export class SimulatedGround implements ElectionGround {
  readonly #clock: Clock;
  readonly #kernel: HostKernel;
  readonly #thread: Thread;
  #alarm: Event | undefined;
  #wakes = 0;
  readonly addresses: HeldAddresses;
  readonly leases: Leases;

  constructor(clock: Clock, kernel: HostKernel, thread: Thread) {
    this.#clock = clock;
    this.#kernel = kernel;
    this.#thread = thread;
    this.addresses = {
      hold: (address: HeldAddress, seconds: number) => {
        thread.enterKernel();
        kernel.hold(address, seconds);
        return success(undefined);
      },
      release: ({ address }: HeldAddress) => {
        thread.enterKernel();
        kernel.release(address);
        return success(undefined);
      },
    };
    this.leases = {
      write: (slot: number, until: number) => {
        thread.enterKernel();
        kernel.writeLease(slot, until);
      },
      read: (slot: number) => kernel.readLease(slot),
    };
  }

  now(): number {
    return this.#kernel.now();
  }

  wakeAt(at: number | undefined, wake: () => void): void {
    this.#clock.cancel(this.#alarm);
    // An alarm that has gone off, and whose process has not got to it, is void too.
    const order = ++this.#wakes;
    this.#alarm =
      at === undefined
        ? undefined
        : this.#clock.at(this.#kernel.clock.trueTime(at), () => {
            this.#thread.post(() => {
              if (order === this.#wakes) wake();
            });
          });
  }

  openVrrp(order: VrrpOrder): Result<VrrpSocket> {
    this.#thread.enterKernel();
    const socket = new SimulatedSocket(order, this.#kernel, this.#thread);
    this.#kernel.open(socket);
    return success(socket);
  }

  sendFrame(_link: number, frame: Uint8Array): Result<void> {
    this.#thread.enterKernel();
    this.#kernel.transmit(frame);
    return success(undefined);
  }
}
