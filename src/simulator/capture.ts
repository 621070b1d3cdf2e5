import type { Capture, CapturedFrame } from "../wire/pcapng.ts";
import type { Entry } from "./entry.ts";

/** The frames of a simulation as each sender's interface saw them go; times since its start. */
export function captureOf(hosts: readonly string[], entries: readonly Entry[]): Capture {
  const frames = entries.flatMap((entry): CapturedFrame[] => {
    if (entry.kind !== "frame") return [];
    const missed = entry.passages.filter(({ arrivals }) => arrivals.length === 0);
    return [
      {
        interface: hosts.indexOf(entry.host),
        time: BigInt(entry.time) * 1_000n,
        bytes: entry.bytes,
        comment: missed.map(({ to }) => `never reaches ${to}`).join(", "),
      },
    ];
  });
  return { interfaces: hosts.map((host) => ({ name: `${host} eth0` })), frames };
}
