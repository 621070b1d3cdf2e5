import { failure, type Result, success } from "../../../base/fault.ts";
import type { Addon } from "../addon.ts";
import { describeErrno, errno } from "../errno.ts";
import { AF_PACKET, linkAddress } from "../socket-address.ts";

const SOCK_RAW = 3;

/** Sends Ethernet frames as they stand; with protocol 0 its socket hears nothing (packet(7)). */
export class FrameSender {
  readonly #native: Addon;
  readonly #fd: number;

  private constructor(native: Addon, fd: number) {
    this.#native = native;
    this.#fd = fd;
  }

  /** Faults: SOCKET_FAILED. */
  static open(native: Addon): Result<FrameSender> {
    const fd = native.socket(AF_PACKET, SOCK_RAW, 0);
    if (fd >= 0) return success(new FrameSender(native, fd));
    return failure("SOCKET_FAILED", `Cannot open a packet socket: ${describeErrno(fd)}`);
  }

  /** Faults: LINK_MISSING, SEND_FAILED. */
  send(link: number, frame: Uint8Array): Result<void> {
    const sent = this.#native.sendto(this.#fd, frame, 0, linkAddress(link, 0));
    if (sent === frame.length) return success(undefined);
    const missing = sent === -errno.ENXIO || sent === -errno.ENODEV;
    const because = sent < 0 ? describeErrno(sent) : `only ${sent} bytes went`;
    const message = `Cannot send a frame on interface ${link}: ${because}`;
    return failure(missing ? "LINK_MISSING" : "SEND_FAILED", message);
  }

  close(): void {
    this.#native.close(this.#fd);
  }
}
