import { failure, type Result, success } from "../base/fault.ts";
import { truncated } from "./bytes.ts";
import {
  BLOCK,
  BLOCK_FRAME_BYTES,
  BYTE_ORDER_MAGIC,
  type Capture,
  type CapturedFrame,
  type CaptureInterface,
  LINKTYPE_ETHERNET,
  NANOSECONDS,
  OPTION,
} from "./pcapng.ts";

/** What a file without if_tsresol means. */
const MICROSECONDS = 6;

/**
 * Reads the first section of a file, in either byte order; blocks of other kinds are passed over.
 *
 * Faults: TRUNCATED, NOT_PCAPNG, BAD_LENGTH, UNKNOWN_LINK_TYPE, UNKNOWN_INTERFACE,
 * BAD_TIME_RESOLUTION.
 */
export function decodePcapng(bytes: Uint8Array): Result<Capture> {
  if (bytes.length < BLOCK_FRAME_BYTES) {
    return truncated("pcapng section header", BLOCK_FRAME_BYTES, bytes.length);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getUint32(8, true) === BYTE_ORDER_MAGIC;
  const big = view.getUint32(8, false) === BYTE_ORDER_MAGIC;
  if (view.getUint32(0, true) !== BLOCK.section || !(little || big)) {
    return failure("NOT_PCAPNG", "the file does not begin with a pcapng section header");
  }
  return readBlocks(bytes, view, little);
}

interface ReadInterface extends CaptureInterface {
  readonly nanosecondsPerUnit: bigint;
}

function readBlocks(bytes: Uint8Array, view: DataView, little: boolean): Result<Capture> {
  const interfaces: ReadInterface[] = [];
  const frames: CapturedFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length < at + BLOCK_FRAME_BYTES) {
      return truncated("pcapng block", at + BLOCK_FRAME_BYTES, bytes.length);
    }
    const type = view.getUint32(at, little);
    const length = view.getUint32(at + 4, little);
    if (type === BLOCK.section && at > 0) break;
    if (length < BLOCK_FRAME_BYTES || length % 4 !== 0) {
      return failure("BAD_LENGTH", `pcapng block at byte ${at} says length ${length}`);
    }
    if (bytes.length < at + length) return truncated("pcapng block", at + length, bytes.length);
    const body = { bytes: bytes.subarray(at + 8, at + length - 4), little };
    if (type === BLOCK.interface) {
      const read = readInterface(body);
      if (!read.ok) return read;
      interfaces.push(read.value);
    } else if (type === BLOCK.packet) {
      const read = readPacket(body, interfaces);
      if (!read.ok) return read;
      frames.push(read.value);
    }
    at += length;
  }
  return success({ interfaces: interfaces.map(({ name }) => ({ name })), frames });
}

interface Body {
  readonly bytes: Uint8Array;
  readonly little: boolean;
}

function viewOf({ bytes }: Body): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function readInterface(body: Body): Result<ReadInterface> {
  if (body.bytes.length < 8) return truncated("pcapng interface", 8, body.bytes.length);
  const linkType = viewOf(body).getUint16(0, body.little);
  if (linkType !== LINKTYPE_ETHERNET) {
    return failure("UNKNOWN_LINK_TYPE", `pcapng link type ${linkType} is not Ethernet`);
  }
  const options = readOptions(body, 8);
  if (!options.ok) return options;
  const resolution = options.value.get(OPTION.resolution)?.[0] ?? MICROSECONDS;
  if (resolution > NANOSECONDS) {
    return failure("BAD_TIME_RESOLUTION", `pcapng time resolution ${resolution} is not read`);
  }
  return success({
    name: text(options.value.get(OPTION.interfaceName)),
    nanosecondsPerUnit: 10n ** BigInt(NANOSECONDS - resolution),
  });
}

function readPacket(body: Body, interfaces: readonly ReadInterface[]): Result<CapturedFrame> {
  if (body.bytes.length < 20) return truncated("pcapng packet", 20, body.bytes.length);
  const view = viewOf(body);
  const index = view.getUint32(0, body.little);
  const from = interfaces[index];
  if (from === undefined) {
    return failure(
      "UNKNOWN_INTERFACE",
      `pcapng packet names interface ${index}, which is not told`,
    );
  }
  const captured = view.getUint32(12, body.little);
  if (body.bytes.length < 20 + captured) {
    return truncated("pcapng packet data", 20 + captured, body.bytes.length);
  }
  const options = readOptions(body, 20 + captured + (-captured & 3));
  if (!options.ok) return options;
  const high = BigInt(view.getUint32(4, body.little));
  const low = BigInt(view.getUint32(8, body.little));
  return success({
    interface: index,
    time: ((high << 32n) | low) * from.nanosecondsPerUnit,
    bytes: body.bytes.slice(20, 20 + captured),
    comment: text(options.value.get(OPTION.comment)),
  });
}

/** The options from an offset on; of several with one code the last counts. */
function readOptions(body: Body, start: number): Result<ReadonlyMap<number, Uint8Array>> {
  const options = new Map<number, Uint8Array>();
  const view = viewOf(body);
  for (let at = start; at + 4 <= body.bytes.length; ) {
    const code = view.getUint16(at, body.little);
    const length = view.getUint16(at + 2, body.little);
    if (code === OPTION.end) break;
    const end = at + 4 + length;
    if (body.bytes.length < end) return truncated("pcapng option", end, body.bytes.length);
    options.set(code, body.bytes.subarray(at + 4, end));
    at = end + (-length & 3);
  }
  return success(options);
}

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
