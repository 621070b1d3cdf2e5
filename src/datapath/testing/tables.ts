import { Random } from "../../base/random.ts";
import { TICKS_PER_SECOND, TUPLE_FLOW } from "../constants.ts";
import type { Dimensions } from "../layout.ts";
import type { Packet } from "../packet.ts";
import { IPPROTO_TCP, TCP_SYN } from "../protocol.ts";
import { DEFAULT_TIMEOUTS } from "../state.ts";
import { HASH_KEYS, memoryTables, View } from "../tables.ts";
import { mappedWords, type Tuple } from "../tuple.ts";

/** Tables small enough to fill, with the kernel's timeouts. */
export function testView(dimensions: Partial<Dimensions> = {}, seed = 1): View {
  const random = new Random(seed);
  const size = { buckets: 4, services: 8, servers: 16, poolSlots: 64, vips: 8, cpus: 1 };
  const keys = Uint32Array.from({ length: HASH_KEYS }, () => random.u32());
  const view = new View(memoryTables({ ...size, ...dimensions }, keys));
  for (const [state, seconds] of DEFAULT_TIMEOUTS) {
    view.timeouts[state] = Math.round(seconds * TICKS_PER_SECOND);
  }
  return view;
}

/** A client's tuple, or what else is asked for. */
export function testTuple(fields: Partial<Tuple> = {}): Tuple {
  return {
    family: 4,
    client: mappedWords(0x3c96a8c0),
    virtual: mappedWords(0x6496a8c0),
    ports: 0x5000d107,
    protocol: IPPROTO_TCP,
    kind: TUPLE_FLOW,
    ...fields,
  };
}

/** A parsed SYN, or what else is asked for. */
export function testPacket(fields: Partial<Packet> = {}): Packet {
  return {
    tuple: testTuple(),
    length: 40,
    transport: 34,
    tcpFlags: TCP_SYN,
    fragment: "none",
    fragmentId: 0,
    ...fields,
  };
}
