import type { VirtualServerSettings } from "../health/settings.ts";
import { type ServiceMap, serviceMap } from "./plan.ts";
import type { Server, Service, ServiceId } from "./rule.ts";

/** A virtual server of the configuration with the servers that are to serve it now. */
export interface Served {
  readonly settings: VirtualServerSettings;
  /** In the order of the configuration, which keepalived adds them in: the last is the newest. */
  readonly servers: readonly Server[];
}

/**
 * The services that virtual servers come to: one for each address or mark of theirs. Where two name
 * the same service the first counts, as IPVS refuses the second.
 */
export function desiredServices(served: readonly Served[]): ServiceMap {
  const services: Service[] = served.flatMap(({ settings, servers }) =>
    settings.services.map((id) => serviceOf(id, settings, servers)),
  );
  return serviceMap([...services].reverse());
}

function serviceOf(
  id: ServiceId,
  settings: VirtualServerSettings,
  servers: readonly Server[],
): Service {
  const { scheduler, onePacket, schedulerFlags, persistence, engine } = settings;
  return {
    id,
    scheduler,
    onePacket,
    schedulerFlags,
    ...(persistence === undefined ? {} : { persistence }),
    ...(engine === undefined ? {} : { engine }),
    servers: servers.map((server) => withServicePort(id, server)).reverse(),
  };
}

/** DR and TUN leave the packet's port alone, so that the server's is the service's. */
function withServicePort(id: ServiceId, server: Server): Server {
  return server.method === "nat" || id.kind === "mark" ? server : { ...server, port: id.port };
}
