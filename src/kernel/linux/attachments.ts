import { failure, type Result, success } from "../../base/fault.ts";
import type { AttachMode, Attachment } from "../kernel.ts";
import type { Addon } from "./addon.ts";
import type { PinFolder } from "./bpffs.ts";
import { viewOf } from "./elf.ts";
import { describeErrno, errno } from "./errno.ts";
import { interfaceName } from "./interface-name.ts";
import { refusal } from "./refusal.ts";

/** XDP_FLAGS_* of <linux/if_link.h>. */
const XDP_FLAGS_SKB_MODE = 2;
const XDP_FLAGS_DRV_MODE = 4;
/** XDP_ATTACHED_SKB of <linux/if_link.h>: the generic hook of the network stack. */
const XDP_ATTACHED_SKB = 2;

const PIN = /^link-(\d+)$/;

interface Held extends Attachment {
  readonly fd: number;
}

/** The links that tie one program to interfaces, pinned where there is a folder for pins. */
export class Attachments {
  readonly #native: Addon;
  readonly #pins: PinFolder | undefined;
  readonly #held = new Map<number, Held>();
  #program: number;

  constructor(native: Addon, program: number, pins: PinFolder | undefined) {
    this.#native = native;
    this.#program = program;
    this.#pins = pins;
  }

  list(): readonly Attachment[] {
    return [...this.#held.values()].map(({ fd: _, ...attachment }) => attachment);
  }

  /** Faults: XDP_BUSY, XDP_REFUSED, LINK_MISSING, BPF_PERMISSION. */
  attach(link: number): Result<Attachment> {
    this.#forgetDead(link);
    const held = this.#held.get(link);
    if (held !== undefined) return success(withoutFd(held));
    const name = interfaceName(this.#native, link);
    if (name === undefined) {
      return failure("LINK_MISSING", `There is no interface with the index ${link}`);
    }
    const there = attached(this.#native, link);
    if (there.program !== 0) return busy(name, there.program);
    const native = this.#native.xdpLink(this.#program, link, XDP_FLAGS_DRV_MODE);
    if (native >= 0) return this.#hold(native, { link, mode: "native" });
    const generic = this.#native.xdpLink(this.#program, link, XDP_FLAGS_SKB_MODE);
    if (generic < 0) return refusal("XDP_REFUSED", `attach the program to "${name}"`, generic);
    const because = `the driver of "${name}" takes no XDP program: ${describeErrno(native)}`;
    return this.#hold(generic, { link, mode: "generic", because });
  }

  /** Faults: BPF_PERMISSION, XDP_REFUSED. */
  detach(link: number): Result<void> {
    const held = this.#held.get(link);
    if (held === undefined) return success(undefined);
    const result = this.#native.linkDetach(held.fd);
    if (result < 0 && result !== -errno.ENOLINK) {
      return refusal("XDP_REFUSED", `take the program off interface ${link}`, result);
    }
    this.#forget(link);
    return success(undefined);
  }

  detachAll(): Result<void> {
    for (const link of [...this.#held.keys()]) {
      const detached = this.detach(link);
      if (!detached.ok) return detached;
    }
    return success(undefined);
  }

  /** Takes up the pinned links of an earlier daemon; drops those whose interface is gone. */
  resume(): void {
    for (const entry of this.#pins?.entries() ?? []) {
      const found = PIN.exec(entry);
      if (found === null) continue;
      const link = Number(found[1]);
      const fd = this.#native.pinned(this.#pins!.pathOf(entry));
      if (fd < 0) continue;
      const { mode, program } = attached(this.#native, link);
      this.#held.set(link, { link, mode, ...(mode === "generic" && { because: RESUMED }), fd });
      if (program === 0 || program !== linkInfo(this.#native, fd).program) this.#forget(link);
    }
  }

  /**
   * Puts another program in the old one's place on every interface; packets meet one or the other.
   */
  replace(program: number): Result<void> {
    const before = this.#program;
    const done: Held[] = [];
    for (const held of this.#held.values()) {
      const result = this.#native.linkUpdate(held.fd, program);
      if (result < 0) {
        for (const { fd } of done) this.#native.linkUpdate(fd, before);
        return refusal("XDP_REFUSED", `replace the program on interface ${held.link}`, result);
      }
      done.push(held);
    }
    this.#program = program;
    return success(undefined);
  }

  /** Lets go; pinned links stay attached, the others end here. */
  close(): void {
    for (const { fd } of this.#held.values()) this.#native.close(fd);
    this.#held.clear();
  }

  #hold(fd: number, attachment: Attachment): Result<Attachment> {
    this.#held.set(attachment.link, { ...attachment, fd });
    const pinned = this.#pins?.pin(this.#native, `link-${attachment.link}`, fd);
    if (pinned?.ok === false) {
      this.#forget(attachment.link);
      return pinned;
    }
    return success(attachment);
  }

  #forget(link: number): void {
    this.#native.close(this.#held.get(link)!.fd);
    this.#held.delete(link);
    this.#pins?.remove(`link-${link}`);
  }

  /** An interface that went away takes its attachment along, and its index may come back. */
  #forgetDead(link: number): void {
    const held = this.#held.get(link);
    if (held !== undefined && linkInfo(this.#native, held.fd).link === 0) this.#forget(link);
  }
}

const RESUMED = "an earlier daemon attached it so";

function withoutFd({ fd: _, ...attachment }: Held): Attachment {
  return attachment;
}

/** struct bpf_link_info of <linux/bpf.h>; the interface index is 0 once the interface is gone. */
function linkInfo(native: Addon, fd: number): { program: number; link: number } {
  const info = new Uint8Array(20);
  if (native.info(fd, info) < 0) return { program: 0, link: 0 };
  const view = viewOf(info);
  return { program: view.getUint32(8, true), link: view.getUint32(16, true) };
}

/** The id of the program on an interface, 0 for none, and how it is attached. */
function attached(native: Addon, link: number): { program: number; mode: AttachMode } {
  const answer = new Uint8Array(16);
  if (native.xdpQuery(link, answer) < 0) return { program: 0, mode: "native" };
  const [mode, program, driver, generic] = new Uint32Array(answer.buffer);
  return {
    program: program! || driver! || generic!,
    mode: mode === XDP_ATTACHED_SKB ? "generic" : "native",
  };
}

function busy(name: string, program: number) {
  return failure(
    "XDP_BUSY",
    `Another XDP program (id ${program}) is on the interface "${name}"`,
    `\`bpftool prog show id ${program}\` tells whose it is;` +
      ` \`ip link set dev ${name} xdp off\` takes it off,` +
      " unless one of `bpftool link` holds it",
  );
}
