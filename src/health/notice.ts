import type { Script } from "../base/script.ts";
import { realServerName, virtualServerName } from "./names.ts";
import type { RealServerSettings, VirtualServerSettings } from "./settings.ts";

/** What the world is told of a virtual server: each part goes its own way. */
export interface Notice {
  readonly level: "info" | "warn";
  readonly message: string;
  readonly script?: Script;
  /** Without its newline, as K-54 says. */
  readonly fifoLine?: string;
  /** The router's id is for the sender to add. */
  readonly mail?: { readonly subject: string; readonly text: string };
}

export type UpOrDown = "UP" | "DOWN";

export function serverNotice(
  settings: VirtualServerSettings,
  server: RealServerSettings,
  state: UpOrDown,
  why: string,
): Notice {
  const name = realServerName(settings, server);
  const of = virtualServerName(settings);
  const script = state === "UP" ? server.notifyUp : server.notifyDown;
  const message = `Real server ${name} of virtual server ${of} is ${fitness(state)}: ${why}`;
  const subject = `Realserver ${name} of virtual server ${of} - ${state}`;
  return {
    level: levelOf(state),
    message,
    fifoLine: `RS ${name} ${of} ${state}`,
    ...(script === undefined ? {} : { script }),
    ...(server.mails ? { mail: { subject, text: `${message}.\n` } } : {}),
  };
}

/** `total` is the weight of all fit servers. */
export function quorumNotice(
  settings: VirtualServerSettings,
  state: UpOrDown,
  total: number,
): Notice {
  const name = virtualServerName(settings);
  const script = state === "UP" ? settings.quorumUp : settings.quorumDown;
  const { quorum, hysteresis } = settings;
  const around = hysteresis === 0 ? "" : ` with a hysteresis of ${hysteresis}`;
  const has = state === "UP" ? "has its quorum" : "has lost its quorum";
  const message = `Virtual server ${name} ${has}: weight ${total}, it needs ${quorum}${around}`;
  const subject = `Virtualserver ${name} - ${state}`;
  return {
    level: levelOf(state),
    message,
    fifoLine: `VS ${name} ${state}`,
    ...(script === undefined ? {} : { script }),
    ...(settings.mails ? { mail: { subject, text: `${message}.\n` } } : {}),
  };
}

/** Something that changes no state, about a real server. */
export function remark(
  settings: VirtualServerSettings,
  server: RealServerSettings,
  level: Notice["level"],
  says: string,
): Notice {
  const name = realServerName(settings, server);
  const of = virtualServerName(settings);
  return { level, message: `Real server ${name} of virtual server ${of}: ${says}` };
}

function fitness(state: UpOrDown): string {
  return state === "UP" ? "fit" : "unfit";
}

function levelOf(state: UpOrDown): Notice["level"] {
  return state === "UP" ? "info" : "warn";
}
