/**
 * What a scenario does to its hosts and their network. Times are true and in microseconds; without
 * a duration it lasts to the end.
 */
export type Disturbance = {
  readonly at: number;
} /** SIGKILL of the daemon; it starts again after `duration`. */ & (
  | {
      readonly kind: "crash";
      readonly host: string;
      /** At its call to the kernel after so many others, not at once. */
      readonly calls?: number;
      readonly duration?: number;
    }
  /** SIGTERM, and a start after `duration`. */
  | { readonly kind: "stop"; readonly host: string; readonly duration?: number }
  /** The kernel goes too. */
  | { readonly kind: "power"; readonly host: string; readonly duration?: number }
  /** SIGSTOP and SIGCONT. */
  | {
      readonly kind: "pause";
      readonly host: string;
      readonly calls?: number;
      readonly duration: number;
    }
  /** The interface is down. */
  | { readonly kind: "link"; readonly host: string; readonly duration?: number }
  /** Nothing of `host` reaches `to`; what `to` sends arrives. */
  | {
      readonly kind: "cut";
      readonly host: string;
      readonly to: string;
      readonly duration?: number;
    }
  /** Frames are lost, late, twice there, or in another order. */
  | {
      readonly kind: "weather";
      readonly loss: number;
      readonly delay: number;
      readonly jitter: number;
      readonly duplication: number;
      readonly duration?: number;
    }
  /** The daemon waits for the processor, each time up to so long. */
  | {
      readonly kind: "late";
      readonly host: string;
      readonly lateness: number;
      readonly duration?: number;
    }
  /** Another configuration. */
  | { readonly kind: "priority"; readonly host: string; readonly priority: number }
);

/** A sentence without the host's name: "kill -9 of the daemon for 2 s". */
export function describeDisturbance(disturbance: Disturbance): string {
  const lasting =
    "duration" in disturbance && disturbance.duration !== undefined
      ? ` for ${describeDuration(disturbance.duration)}`
      : "";
  switch (disturbance.kind) {
    case "crash":
      return `kill -9 of the daemon${inTheMidst(disturbance.calls)}, gone${lasting}`;
    case "stop":
      return `the daemon is told to end, gone${lasting}`;
    case "power":
      return `the power is off${lasting}`;
    case "pause":
      return `SIGSTOP of the daemon${inTheMidst(disturbance.calls)}${lasting}`;
    case "link":
      return `the interface is down${lasting}`;
    case "cut":
      return `nothing reaches ${disturbance.to}${lasting}`;
    case "weather": {
      const { loss, duplication, delay, jitter } = disturbance;
      const share = (part: number) => `${Math.round(part * 100)} %`;
      const late = `${describeDuration(delay)} to ${describeDuration(delay + jitter)} late`;
      return `frames are ${late}, ${share(loss)} lost, ${share(duplication)} doubled${lasting}`;
    }
    case "late":
      return `the daemon wakes up to ${describeDuration(disturbance.lateness)} late${lasting}`;
    case "priority":
      return `reconfigured to priority ${disturbance.priority}`;
  }
}

/** "1.5 s", "20 ms". */
export function describeDuration(microseconds: number): string {
  const seconds = microseconds >= 1_000_000;
  const value = microseconds / (seconds ? 1_000_000 : 1_000);
  return `${Number(value.toFixed(3))} ${seconds ? "s" : "ms"}`;
}

function inTheMidst(calls: number | undefined): string {
  return calls === undefined ? "" : ` at a call to the kernel (${calls} after)`;
}
