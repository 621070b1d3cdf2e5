import { type Result, success } from "../../../base/fault.ts";
import type { ElectionGround } from "../../election-ground.ts";
import { addon } from "../addon.ts";
import { Alarm, monotonicMicroseconds } from "./alarm.ts";
import { FrameSender } from "./frames.ts";
import { LinuxHeldAddresses } from "./held-addresses.ts";
import { openLeases } from "./leases.ts";
import { openVrrpSocket } from "./vrrp-socket.ts";

export interface LinuxElectionGround extends ElectionGround {
  /** Lets go of everything but the sockets that openVrrp() gave, which their owner closes. */
  close(): void;
}

/**
 * Linux as an election needs it, in the network namespace of the calling thread. `leases` is where
 * the table of that name is pinned.
 *
 * Faults: ADDON_MISSING, ADDON_REFUSED, LEASES_MISSING, NETLINK_REFUSED, SOCKET_FAILED,
 * TIMER_REFUSED, BPF_PERMISSION.
 */
export function openElectionGround(leases: string): Result<LinuxElectionGround> {
  const loaded = addon();
  if (!loaded.ok) return loaded;
  const native = loaded.value;
  const table = openLeases(native, leases);
  if (!table.ok) return table;
  const addresses = LinuxHeldAddresses.open(native);
  if (!addresses.ok) return addresses;
  const frames = FrameSender.open(native);
  if (!frames.ok) {
    addresses.value.close();
    return frames;
  }
  const alarm = Alarm.open(native);
  if (!alarm.ok) {
    addresses.value.close();
    frames.value.close();
    return alarm;
  }
  return success({
    now: monotonicMicroseconds,
    wakeAt: (at, wake) => alarm.value.set(at, wake),
    openVrrp: (order) => openVrrpSocket(native, order),
    addresses: addresses.value,
    leases: table.value,
    sendFrame: (link, frame) => frames.value.send(link, frame),
    close() {
      alarm.value.close();
      frames.value.close();
      addresses.value.close();
    },
  });
}
