import { Random } from "../../base/random.ts";
import { type Dimensions, LEASE_FOREVER, TICKS_PER_SECOND } from "../layout.ts";
import { IPPROTO_TCP, type Packet, TCP_SYN } from "../packet.ts";
import { DEFAULT_TIMEOUTS } from "../state.ts";
import { HASH_KEYS, memoryTables, View } from "../tables.ts";

/** Tables small enough to fill, with the kernel's timeouts and a lease that never ends. */
export function testView(dimensions: Partial<Dimensions> = {}, seed = 1): View {
  const random = new Random(seed);
  const size = { buckets: 4, services: 8, servers: 16, poolSlots: 64, vips: 8, cpus: 1 };
  const keys = Uint32Array.from({ length: HASH_KEYS }, () => random.u32());
  const view = new View(memoryTables({ ...size, ...dimensions }, keys));
  view.control.setWord(0, "lease", LEASE_FOREVER);
  for (const [state, seconds] of DEFAULT_TIMEOUTS) {
    view.timeouts[state] = Math.round(seconds * TICKS_PER_SECOND);
  }
  return view;
}

/** A parsed SYN, or what else is asked for. */
export function testPacket(fields: Partial<Packet> = {}): Packet {
  return {
    client: 0x3c96a8c0,
    virtual: 0x6496a8c0,
    ports: 0x5000d107,
    length: 40,
    protocol: IPPROTO_TCP,
    tcpFlags: TCP_SYN,
    firstFragment: false,
    ...fields,
  };
}
