import { closeSync, openSync } from "node:fs";
import { namespaceOf, namespacePath } from "../../../src/cli/lab/names.ts";
import { type Addon, addon } from "../../../src/kernel/linux/addon.ts";
import { controlMessages } from "../../../src/kernel/linux/control-messages.ts";
import { readInterfaces } from "../../../src/kernel/linux/interface.ts";
import { AF_PACKET, linkAddress } from "../../../src/kernel/linux/socket-address.ts";

const CLONE_NEWNET = 0x40000000;
const SOCK_RAW = 3;
const ETH_P_ALL = 3;
/** socket(7): SO_RCVBUFFORCE, and SO_TIMESTAMPNS whose control message has the option's number. */
const SOL_SOCKET = 1;
const SO_RCVBUFFORCE = 33;
const SO_TIMESTAMPNS = 35;
const ROOM_BYTES = 16 * 1024 * 1024;
const FRAME_BYTES = 2048;
const CONTROL_BYTES = 64;

/** A frame, and when the kernel had it, in microseconds. */
export interface Sighting {
  readonly at: number;
  readonly frame: Uint8Array;
}

/** A socket on the interface of a host, in whose namespace it stays wherever its process goes. */
export interface Tap {
  send(frame: Uint8Array): void;
  /** What has passed since it was last asked, both ways. */
  drain(): Sighting[];
}

/**
 * Opens taps on the eth0 of hosts of a lab. This process's main thread is in the namespace of the
 * last of them afterwards, so that taking the lab down ends it.
 */
export async function openTaps(lab: string, hosts: readonly string[]): Promise<Tap[]> {
  const native = addon();
  if (!native.ok) throw new Error(native.fault.message);
  const links: number[] = [];
  for (const host of hosts) {
    const interfaces = await readInterfaces(namespaceOf(lab, host));
    if (!interfaces.ok) throw new Error(interfaces.fault.message);
    links.push(interfaces.value.find(({ name }) => name === "eth0")!.index);
  }
  return hosts.map((host, at) => {
    enterOnMainThread(native.value, namespacePath(lab, host));
    return tap(native.value, links[at]!);
  });
}

function enterOnMainThread(calls: Addon, path: string): void {
  const fd = openSync(path, "r");
  check("setns", calls.setns(fd, CLONE_NEWNET));
  closeSync(fd);
}

function tap(calls: Addon, link: number): Tap {
  // A packet socket does not see what it sends itself, so another one sends.
  const sender = check("socket", calls.socket(AF_PACKET, SOCK_RAW, 0));
  check("bind", calls.bind(sender, linkAddress(link, 0)));
  const all = ((ETH_P_ALL & 0xff) << 8) | (ETH_P_ALL >>> 8);
  const receiver = check("socket", calls.socket(AF_PACKET, SOCK_RAW, all));
  check("bind", calls.bind(receiver, linkAddress(link, ETH_P_ALL)));
  check("setsockopt", calls.setsockopt(receiver, SOL_SOCKET, SO_RCVBUFFORCE, int(ROOM_BYTES)));
  check("setsockopt", calls.setsockopt(receiver, SOL_SOCKET, SO_TIMESTAMPNS, int(1)));
  return {
    send: (frame) => {
      check("sendto", calls.sendto(sender, frame, 0, undefined));
    },
    drain: () => [...sightings(calls, receiver)],
  };
}

function* sightings(calls: Addon, fd: number): Generator<Sighting> {
  for (;;) {
    const frame = new Uint8Array(FRAME_BYTES);
    const control = new Uint8Array(CONTROL_BYTES);
    const length = calls.recvmsg(fd, frame, 0, undefined, control);
    if (length < 0) return;
    for (const { level, type, data } of controlMessages(control)) {
      if (level !== SOL_SOCKET || type !== SO_TIMESTAMPNS) continue;
      const time = new DataView(data.buffer, data.byteOffset);
      const at = Number(time.getBigInt64(0, true)) * 1e6 + Number(time.getBigInt64(8, true)) / 1e3;
      yield { at, frame: frame.subarray(0, Math.min(length, FRAME_BYTES)) };
    }
  }
}

function int(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer);
}

function check(call: string, result: number): number {
  if (result < 0) throw new Error(`${call}: ${result}`);
  return result;
}
