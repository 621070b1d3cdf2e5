import type { Result } from "../../base/fault.ts";
import type { PlannedOperation } from "../../state/plan.ts";
import type { PlannedElection } from "../../state/plan-elections.ts";
import type { InstanceCounts } from "../election/order.ts";

export type { PlannedOperation } from "../../state/plan.ts";
export type { PlannedElection } from "../../state/plan-elections.ts";
export type { InstanceCounts } from "../election/order.ts";

/** The way from what is to what a configuration file says. */
export interface ChangePlan {
  readonly path: string;
  /** What `weir check` finds in it, a line each. */
  readonly findings: readonly string[];
  readonly elections: readonly PlannedElection[];
  readonly operations: readonly PlannedOperation[];
}

/** What a client may ask of a daemon that runs by a configuration file. */
export interface Availability {
  /** Changes nothing. Without a path it reads the daemon's own file again. */
  plan(path?: string): Promise<Result<ChangePlan>>;
  /** Reads the file again and goes by it; a file with errors changes nothing. */
  reload(): Promise<Result<ChangePlan>>;
  instances(): Promise<Result<readonly InstanceCounts[]>>;
}
