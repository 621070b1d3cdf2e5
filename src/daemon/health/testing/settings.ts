import type {
  CheckSettings,
  Conversation,
  RealServerSettings,
  VirtualServerSettings,
} from "../../../health/settings.ts";

const SECOND = 1_000_000;

export const PORT = 80;

/** delay_loop 2, connect_timeout 2, retry 2, delay_before_retry 1, as in the captures. */
export function check(
  host: number,
  conversation: Conversation,
  changes: Partial<CheckSettings> = {},
): CheckSettings {
  return {
    target: { address: `192.168.150.${host}`, port: PORT, connectTimeout: 2 * SECOND },
    timing: { delayLoop: 2 * SECOND, retry: 2, delayBeforeRetry: SECOND, warmup: 2 * SECOND },
    conversation,
    alpha: false,
    logsAllFailures: false,
    ...changes,
  };
}

/** 192.168.150.HOST:80 of weight 1, by direct routing. */
export function realServer(
  host: number,
  checks: readonly CheckSettings[],
  changes: Partial<RealServerSettings> = {},
): RealServerSettings {
  return {
    address: `192.168.150.${host}`,
    port: PORT,
    method: "dr",
    weight: 1,
    upperThreshold: 0,
    lowerThreshold: 0,
    checks,
    inhibitOnFailure: false,
    alpha: false,
    mails: false,
    ...changes,
  };
}

/** 192.168.150.100:80. */
export function virtualServer(
  servers: readonly RealServerSettings[],
  changes: Partial<VirtualServerSettings> = {},
): VirtualServerSettings {
  const address = {
    kind: "address",
    protocol: "tcp",
    address: "192.168.150.100",
    port: PORT,
  } as const;
  return {
    title: "192.168.150.100 80",
    services: [address],
    scheduler: "rr",
    onePacket: false,
    schedulerFlags: 0,
    servers,
    quorum: 1,
    hysteresis: 0,
    alpha: false,
    omega: false,
    haSuspend: false,
    mails: false,
    ...changes,
  };
}
