import { KEY_NAT_SERVER, POOL_FLAGS_SHIFT, SERVER_USED, VIP_LOCAL } from "../datapath/constants.ts";
import { serviceKey } from "../datapath/layout.ts";
import { poolSlots, poolStart, readPool, someQuiesced } from "../datapath/pool.ts";
import { Records } from "../datapath/records.ts";
import { SCHEDULERS } from "../datapath/schedulers.ts";
import { decodeServiceValue } from "../datapath/service.ts";
import type { View } from "../datapath/tables.ts";
import { formatMapped } from "../wire/address.ts";
import { type Server, type Service, type ServiceId, serviceName } from "./rule.ts";
import { METHOD_NUMBERS, type ServerRecords } from "./server-records.ts";
import { readServiceId, readServiceOptions } from "./service-record.ts";
import { type Run, runSlots } from "./slot-allocator.ts";
import { readTunnel } from "./tunnel-options.ts";

/** A service as the tables hold it. */
export interface ObservedService {
  readonly rule: Service;
  readonly index: number;
  readonly vip: number;
  readonly run: Run;
  readonly local: boolean;
  readonly poolGeneration: number;
}

/**
 * The rules that an earlier daemon left in the tables, in the order in which their records were
 * given out. Keys that a daemon wrote and did not live to switch to are deleted.
 */
export function observe(view: View): ObservedService[] {
  const live = view.control.get(0, "generation");
  const observed: ObservedService[] = [];
  for (const bytes of [...view.tables.serviceKeys.keys()]) {
    const key = new Records(serviceKey, bytes.slice().buffer);
    const value = view.tables.serviceKeys.get(bytes);
    if (key.get(0, "kind") === KEY_NAT_SERVER) continue;
    const found = value === undefined ? undefined : decodeServiceValue(value);
    const id = found === undefined ? undefined : readServiceId(view, found.service);
    if (key.get(0, "generation") !== live || found === undefined || id === undefined) {
      view.tables.serviceKeys.delete(bytes);
      continue;
    }
    observed.push(observeService(view, id, found));
  }
  return observed.sort((a, b) => a.index - b.index);
}

function observeService(
  view: View,
  id: ServiceId,
  found: { service: number; vip: number; flags: number },
): ObservedService {
  const pool = readPool(view, found.service);
  return {
    rule: {
      id,
      scheduler: SCHEDULERS[pool.header.scheduler]!.name,
      ...readServiceOptions(view, found.service),
      schedulerFlags: (pool.header.flags >> POOL_FLAGS_SHIFT) & 7,
      servers: pool.members.map((member) => observeServer(view, member.server, member.weight)),
    },
    index: found.service,
    vip: found.vip,
    run: {
      start: poolStart(view, found.service),
      slots: runSlots(poolSlots(pool.members.length, pool.ring.length, someQuiesced(pool.members))),
    },
    local: (found.flags & VIP_LOCAL) !== 0,
    poolGeneration: pool.header.generation,
  };
}

function observeServer(view: View, index: number, weight: number): Server {
  const method = view.servers.get(index, "method");
  return {
    address: formatMapped(view.servers.bytes(index, "address")),
    port: view.servers.get(index, "port"),
    method: method === METHOD_NUMBERS.dr ? "dr" : method === METHOD_NUMBERS.tun ? "tun" : "nat",
    weight,
    ...(method === METHOD_NUMBERS.tun && { tunnel: readTunnel(view, index) }),
    upperThreshold: view.servers.get(index, "upper_threshold"),
    lowerThreshold: view.servers.get(index, "lower_threshold"),
  };
}

/** Every record in use, to the service that it belongs to; removed servers as well. */
export function claimServers(
  view: View,
  records: ServerRecords,
  observed: readonly ObservedService[],
): void {
  const names = new Map(observed.map(({ index, rule }) => [index, serviceName(rule.id)]));
  for (let index = 0; index < view.servers.count; index++) {
    if ((view.servers.get(index, "flags") & SERVER_USED) === 0) continue;
    const service = names.get(view.servers.get(index, "service"));
    const server = {
      address: formatMapped(view.servers.bytes(index, "address")),
      port: view.servers.get(index, "port"),
    };
    records.claim(service ?? `a removed service of record ${index}`, server, index);
  }
}
