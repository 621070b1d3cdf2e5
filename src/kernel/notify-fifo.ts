import type { Result } from "../base/fault.ts";

/** A FIFO that lines about events are written to, for a program that reads them (fifo(7)). */
export interface NotifyFifos {
  /**
   * Makes the FIFO if it is missing and opens it.
   *
   * Faults: FIFO_REFUSED, also where something else than a FIFO lies there.
   */
  open(path: string): Result<NotifyFifo>;
}

export interface NotifyFifo {
  /**
   * Writes a line, which has no newline of its own, now or as soon as somebody reads; never waits.
   * Lines keep their order. Where nobody reads, the oldest are lost first.
   */
  write(line: string): void;
  /** Lines that nobody has read and that had to make room for newer ones. */
  readonly lost: number;
  /** The FIFO stays for those who read it, and for the next daemon. */
  close(): void;
}
