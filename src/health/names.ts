import type { ServerId } from "../state/rule.ts";
import type { VirtualServerSettings } from "./settings.ts";

/** Names of virtual and real servers as keepalived's FIFO has them (inventory K-54; captured). */

/** "[192.168.150.100]:tcp:80", "FWM 7", and for a group "[G1]:0". */
export function virtualServerName({ title, services }: VirtualServerSettings): string {
  if (title.startsWith("group ")) return `[${title.slice("group ".length)}]:0`;
  const service = services[0];
  if (service === undefined) return title;
  if (service.kind === "mark") return `FWM ${service.mark}`;
  return `[${service.address}]:${service.protocol}:${service.port}`;
}

/** "[192.168.150.11]:tcp:80"; a mark alone has no protocol, nor have its servers. */
export function realServerName(
  { services }: VirtualServerSettings,
  { address, port }: ServerId,
): string {
  const addressed = services.find((service) => service.kind === "address");
  return addressed === undefined
    ? `[${address}]:none:0`
    : `[${address}]:${addressed.protocol}:${port}`;
}
