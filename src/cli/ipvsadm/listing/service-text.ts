import type { Protocol, ServiceId, ServiceOptions } from "../../../state/rule.ts";
import { serviceFamily } from "../../../state/rule-faults.ts";
import { formatSchedulerFlags } from "../scheduler-flags.ts";
import type { EndpointName } from "./names.ts";

const WHOLE_ADDRESS = { 4: "255.255.255.255", 6: "128" };

/**
 * "TCP  10.0.0.1:80", "FWM  7", "FWM  7 IPv6". A mark is printed as the signed number that C sees.
 */
export async function serviceLabel(id: ServiceId, name: EndpointName): Promise<string> {
  if (id.kind === "mark") return `FWM  ${signedMark(id.mark)}${id.family === 6 ? " IPv6" : ""}`;
  const endpoint = await name(id.address, id.port, id.protocol);
  return `${id.protocol.toUpperCase().padEnd(4)} ${endpoint}`;
}

/** "wlc (flag-1) persistent 300 mask 255.255.255.0 pe sip ops". */
export function serviceTraits(id: ServiceId, options: ServiceOptions): string {
  const { scheduler, schedulerFlags, persistence, engine, onePacket } = options;
  let text = scheduler;
  if (schedulerFlags !== 0) text += ` (${formatSchedulerFlags(schedulerFlags, scheduler)})`;
  if (persistence !== undefined) {
    text += ` persistent ${persistence.seconds}`;
    const mask = narrowMask(id, options);
    if (mask !== undefined) text += ` mask ${mask}`;
    if (engine !== undefined) text += ` pe ${engine}`;
  }
  return onePacket ? `${text} ops` : text;
}

/** The mask of a persistent service, unless it is the whole address. */
export function narrowMask(id: ServiceId, options: ServiceOptions): string | undefined {
  const mask = options.persistence?.mask;
  return mask === WHOLE_ADDRESS[serviceFamily(id) ?? 4] ? undefined : mask;
}

export function signedMark(mark: number): number {
  return mark | 0;
}

/** The protocol by which the ports of a service and of its servers have names; a mark has none. */
export function protocolOf(id: ServiceId): Protocol | undefined {
  return id.kind === "mark" ? undefined : id.protocol;
}
