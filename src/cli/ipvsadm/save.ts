import type { ListedService } from "../../daemon/api/director.ts";
import type { ServerOptions, ServiceId, ServiceOptions } from "../../state/rule.ts";
import type { EndpointName } from "./listing/names.ts";
import { narrowMask, protocolOf, signedMark } from "./listing/service-text.ts";
import { inOrder } from "./listing/services.ts";
import { formatSchedulerFlags } from "./scheduler-flags.ts";

const SERVICE_OPTIONS = { tcp: "-t", udp: "-u", sctp: "--sctp-service" } as const;
const METHOD_OPTIONS = { dr: "-g", tun: "-i", nat: "-m" } as const;

/**
 * ipvsadm -S: the rules as lines for -R, sorted. Byte for byte ipvsadm 1.31, but with thresholds
 * (-x, -y), which ipvsadm loses. A mark above 2147483647 comes out negative, which -R refuses.
 */
export async function save(services: readonly ListedService[], name: EndpointName) {
  const lines: string[] = [];
  for (const service of inOrder(services, true)) {
    const id = await serviceOption(service, name);
    lines.push(`-A ${id} -s ${service.scheduler}${serviceOptionsText(service.id, service)}`);
    for (const server of service.servers) {
      const address = await name(server.address, server.port, protocolOf(service.id));
      lines.push(`-a ${id} -r ${address} ${serverOptionsText(server)}`);
    }
  }
  return lines.map((line) => `${line}\n`).join("");
}

async function serviceOption({ id }: ListedService, name: EndpointName): Promise<string> {
  if (id.kind === "mark") return `-f ${signedMark(id.mark)}${id.family === 6 ? " -6" : ""}`;
  return `${SERVICE_OPTIONS[id.protocol]} ${await name(id.address, id.port, id.protocol)}`;
}

/** What follows the scheduler: "-p 300 -o". */
export function serviceOptionsText(id: ServiceId, service: ServiceOptions): string {
  const { scheduler, schedulerFlags, persistence, engine, onePacket } = service;
  let text = "";
  if (persistence !== undefined) {
    text += ` -p ${persistence.seconds}`;
    const mask = narrowMask(id, service);
    if (mask !== undefined) text += ` -M ${mask}`;
    if (engine !== undefined) text += ` --pe ${engine}`;
  }
  if (onePacket) text += " -o";
  if (schedulerFlags !== 0) text += ` -b ${formatSchedulerFlags(schedulerFlags, scheduler)}`;
  return text;
}

/** "-g -w 1". */
export function serverOptionsText(server: ServerOptions): string {
  const { method, weight, upperThreshold: upper, lowerThreshold: lower, tunnel } = server;
  const thresholds = `${upper === 0 ? "" : ` -x ${upper}`}${lower === 0 ? "" : ` -y ${lower}`}`;
  const text = `${METHOD_OPTIONS[method]} -w ${weight}${thresholds}`;
  if (method !== "tun") return text;
  const { type, port, checksum } = tunnel ?? { type: "ipip", port: 0, checksum: "nocsum" };
  if (type === "ipip") return `${text} --tun-type ipip`;
  const portOption = type === "gue" ? ` --tun-port ${port}` : "";
  return `${text} --tun-type ${type}${portOption} --tun-${checksum}`;
}
