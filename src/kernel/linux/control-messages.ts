import { viewOf } from "../../wire/netlink.ts";

/** What recvmsg(2) tells beside the data (cmsg(3)). */
export interface ControlMessage {
  readonly level: number;
  readonly type: number;
  readonly data: Uint8Array;
}

/** struct cmsghdr on a 64-bit machine: length with the header, level, type. */
const HEADER_BYTES = 16;
const ALIGNMENT = 8;

/** The messages of a room that recvmsg() of the addon has filled: zeros end them. */
export function* controlMessages(room: Uint8Array): Generator<ControlMessage> {
  const view = viewOf(room);
  for (let at = 0; at + HEADER_BYTES <= room.length; ) {
    const length = Number(view.getBigUint64(at, true));
    if (length < HEADER_BYTES || at + length > room.length) return;
    yield {
      level: view.getInt32(at + 8, true),
      type: view.getInt32(at + 12, true),
      data: room.subarray(at + HEADER_BYTES, at + length),
    };
    at += Math.ceil(length / ALIGNMENT) * ALIGNMENT;
  }
}
