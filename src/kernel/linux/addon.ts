import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { failure, type Result, success } from "../../base/fault.ts";

declare const polled: unique symbol;
declare const object: unique symbol;
/** A uv_poll_t; it is gone after pollClose. */
export type Poll = { readonly [polled]: true };
/** A BPF object file that libbpf has open. */
export type BpfObject = { readonly [object]: true };

/**
 * The calls of addon.c. Where nothing else is said a call returns what its manual page says, and a
 * negative errno for a failure.
 */
export interface Addon {
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array): number;
  sendto(fd: number, data: Uint8Array, flags: number, to: Uint8Array | undefined): number;
  recvfrom(fd: number, data: Uint8Array, flags: number, from: Uint8Array | undefined): number;
  /** What the kernel leaves of `control` is zero. */
  recvmsg(
    fd: number,
    data: Uint8Array,
    flags: number,
    from: Uint8Array | undefined,
    control: Uint8Array,
  ): number;
  connect(fd: number, address: Uint8Array): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array): number;
  /** The value of an option that is an int, not negative. */
  getsockopt(fd: number, level: number, name: number): number;
  close(fd: number): number;

  /** Calls back with UV_READABLE 1 and UV_WRITABLE 2, or with a negative errno. */
  pollOpen(fd: number, events: number, ready: (events: number) => void): Poll | number;
  /** Other events from now on; also after a negative errno, which has stopped it. */
  pollChange(poll: Poll, events: number): number;
  pollClose(poll: Poll): void;
  pollUnref(poll: Poll): void;

  /** Of CLOCK_MONOTONIC; readable once its time has come, until it is set again. */
  timerfd(): number;
  /** Nanoseconds of that clock; 0 takes the order back. */
  timerfdSettime(fd: number, at: number): number;

  /** Has the calling thread go before every ordinary one, by SCHED_RR of sched(7). */
  realTime(priority: number): number;

  /** Moves the calling thread only. */
  setns(fd: number, type: number): number;
  mount(source: string, target: string, type: string, flags: number, data: string): number;

  objectOpen(path: string): BpfObject | number;
  objectLoad(object: BpfObject): number;
  /** What the verifier said. */
  objectLog(object: BpfObject): string;
  objectClose(object: BpfObject): void;
  /** What libbpf said since the last objectOpen or objectLoad. */
  messages(): string;
  mapResize(object: BpfObject, map: string, entries: number): number;
  mapReuse(object: BpfObject, map: string, fd: number): number;
  mapInitial(object: BpfObject, map: string): Buffer | number;
  mapSetInitial(object: BpfObject, map: string, value: Uint8Array): number;
  /** A descriptor that the caller closes. */
  mapFd(object: BpfObject, map: string): number;
  /** Key and value have the lengths of the map, which are not checked. */
  mapUpdate(fd: number, key: Uint8Array, value: Uint8Array): number;
  /** A descriptor that the caller closes. */
  programFd(object: BpfObject, program: string): number;
  pin(fd: number, path: string): number;
  pinned(path: string): number;
  info(fd: number, room: Uint8Array): number;

  /** The memory of a BPF_F_MMAPABLE map, unmapped when the buffer is collected. */
  mapMemory(fd: number, bytes: number): ArrayBuffer | number;
  possibleCpus(): number;

  /** `result` takes three u32: return value, mean duration in ns, bytes of the frame out. */
  programRun(
    fd: number,
    frameIn: Uint8Array | undefined,
    frameOut: Uint8Array | undefined,
    context: Uint8Array | undefined,
    repeat: number,
    result: Uint8Array,
  ): number;
  xdpLink(program: number, link: number, flags: number): number;
  linkUpdate(fd: number, program: number): number;
  linkDetach(fd: number): number;
  /** `result` takes four u32: XDP_ATTACHED_*, ids of the program, the driver's, the generic one. */
  xdpQuery(link: number, result: Uint8Array): number;
}

/** Where `make build` puts what it compiles. */
export const BUILD = fileURLToPath(new URL("../../../build/", import.meta.url));

let loaded: Addon | undefined;

/** The compiled addon. Faults: ADDON_MISSING, ADDON_REFUSED. */
export function addon(): Result<Addon> {
  if (loaded !== undefined) return success(loaded);
  const path = `${BUILD}weir.node`;
  if (!existsSync(path)) {
    return failure("ADDON_MISSING", `"${path}" has not been built`, "run `make setup`");
  }
  try {
    loaded = createRequire(import.meta.url)(path) as Addon;
    return success(loaded);
  } catch (error) {
    const because = error instanceof Error ? error.message : String(error);
    return failure("ADDON_REFUSED", `Cannot load "${path}": ${because}`, "run `make setup`");
  }
}
