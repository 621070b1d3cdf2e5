import type { VirtualServerSettings } from "../../src/health/settings.ts";

const SECOND = 1_000_000;
export const PORT = 8000;

/** One virtual server with so many real ones of 127.0.0.0/8, each checked every second by TCP. */
export function checkedServers(count: number): VirtualServerSettings {
  const limits = { upperThreshold: 0, lowerThreshold: 0 };
  const servers = Array.from({ length: count }, (_, n) => {
    const address = `127.1.${n >> 8}.${n & 0xff}`;
    const timing = { delayLoop: SECOND, retry: 1, delayBeforeRetry: SECOND, warmup: SECOND };
    return {
      address,
      port: PORT,
      method: "dr" as const,
      weight: 1,
      ...limits,
      checks: [
        {
          target: { address, port: PORT, connectTimeout: 5 * SECOND },
          timing,
          conversation: { kind: "tcp" as const },
          alpha: true,
          logsAllFailures: false,
        },
      ],
      inhibitOnFailure: false,
      alpha: true,
      mails: false,
    };
  });
  return {
    title: "10.9.9.9 80",
    services: [{ kind: "address", protocol: "tcp", address: "10.9.9.9", port: 80 }],
    scheduler: "wlc",
    onePacket: false,
    schedulerFlags: 0,
    servers,
    quorum: 1,
    hysteresis: 0,
    alpha: true,
    omega: false,
    haSuspend: false,
    mails: false,
  };
}
