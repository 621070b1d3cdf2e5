/**
 * `node hearing.ts SECONDS`: hears the advertisements that arrive on the outside's interface for so
 * long, and writes as JSON when the kernel had each, in microseconds, by virtual router id.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { describeFault } from "../../src/base/fault.ts";
import { addon } from "../../src/kernel/linux/addon.ts";
import { controlMessages } from "../../src/kernel/linux/control-messages.ts";
import { vrrpOptions } from "../../src/kernel/linux/election/vrrp-options.ts";
import { readInterfaces } from "../../src/kernel/linux/interface.ts";
import { decodeIpv4 } from "../../src/wire/ipv4.ts";
import { PROTOCOL } from "../../src/wire/protocol.ts";
import { OUTSIDE_ADDRESS } from "./settings.ts";

/** The times of arrival by virtual router id, in microseconds of the kernel's clock. */
export type Heard = Readonly<Record<string, readonly number[]>>;

const AF_INET = 2;
const SOCK_RAW = 3;
const SOL_SOCKET = 1;
/** socket(7): its control message, a struct timespec, has the option's number. */
const SO_TIMESTAMPNS = 35;
const DRAIN_MS = 20;
const MESSAGE_BYTES = 2048;
const CONTROL_BYTES = 64;
/** The group of RFC 9568 section 5.1.1.2. */
const GROUP = "224.0.0.18";

async function main(seconds: number): Promise<void> {
  const loaded = addon();
  if (!loaded.ok) throw new Error(describeFault(loaded.fault));
  const native = loaded.value;
  const interfaces = await readInterfaces();
  if (!interfaces.ok) throw new Error(describeFault(interfaces.fault));
  const link = interfaces.value.find(({ name }) => name === "eth0")!.index;
  const fd = check("socket", native.socket(AF_INET, SOCK_RAW, PROTOCOL.vrrp));
  const order = { link, family: 4, group: GROUP, source: OUTSIDE_ADDRESS, ttl: 255 } as const;
  for (const { level, name, value, doing } of vrrpOptions({ ...order, readable: () => {} })) {
    check(doing, native.setsockopt(fd, level, name, value));
  }
  const one = new Uint8Array(Int32Array.of(1).buffer);
  check("ask for times", native.setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, one));

  const heard: Record<string, number[]> = {};
  const message = new Uint8Array(MESSAGE_BYTES);
  const control = new Uint8Array(CONTROL_BYTES);
  const drain = () => {
    for (;;) {
      const length = native.recvmsg(fd, message, 0, undefined, control);
      if (length < 0) return;
      const ip = decodeIpv4(message.subarray(0, length), "trust");
      const at = arrival(control);
      if (!ip.ok || at === undefined) continue;
      // RFC 9568 section 5.2: the second byte is the virtual router id.
      const router = String(ip.value.payload[1]);
      heard[router] ??= [];
      heard[router].push(at);
    }
  };
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    await sleep(DRAIN_MS);
    drain();
  }
  process.stdout.write(JSON.stringify(heard));
}

function arrival(control: Uint8Array): number | undefined {
  for (const { level, type, data } of controlMessages(control)) {
    if (level !== SOL_SOCKET || type !== SO_TIMESTAMPNS) continue;
    const time = new DataView(data.buffer, data.byteOffset);
    return Number(time.getBigInt64(0, true)) * 1e6 + Number(time.getBigInt64(8, true)) / 1e3;
  }
  return undefined;
}

function check(doing: string, result: number): number {
  if (result < 0) throw new Error(`Cannot ${doing}: ${result}`);
  return result;
}

await main(Number(process.argv[2]));
