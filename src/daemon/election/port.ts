import type { Order, Report } from "./order.ts";

/** The thread of the elections, as the daemon has it. */
export interface ElectionPort {
  order(order: Order): void;
  onReport(listener: (report: Report) => void): void;
  /** Ends the thread, whatever it is at. */
  close(): Promise<void>;
}
