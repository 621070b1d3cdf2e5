import { familyOf } from "../../wire/address.ts";
import type { Method } from "./method.ts";
import type { RealServerRecord, RecordedRoute, RecordedSysctl, RecordedVip } from "./record.ts";

/**
 * The kernel gives the inode of a namespace that is gone to a later one. A record none of whose
 * changes is to be seen here was written in that earlier namespace, and is not about this one.
 */
export function isAboutThisNamespace(
  record: RealServerRecord,
  here: { readonly vips: readonly string[]; readonly gateways: readonly string[] },
  readValue: (path: string) => number | undefined,
): boolean {
  return (
    record.vips.some(({ address }) => here.vips.includes(address)) ||
    (record.routes ?? []).some(({ via }) => here.gateways.includes(via)) ||
    record.sysctls.some(({ path, before, set }) => before !== set && readValue(path) === set)
  );
}

/** Remembers a value that is about to be set; what was there first is what will be restored. */
export function rememberSysctl(record: RealServerRecord, sysctl: RecordedSysctl): RealServerRecord {
  const earlier = record.sysctls.find(({ path }) => path === sysctl.path);
  const others = record.sysctls.filter(({ path }) => path !== sysctl.path);
  return {
    ...record,
    sysctls: [...others, { ...sysctl, before: earlier?.before ?? sysctl.before }],
  };
}

/** What was found before the VIP was first up stays so; the rest is as it is asked for now. */
export function rememberVip(record: RealServerRecord, vip: RecordedVip): RealServerRecord {
  const earlier = record.vips.find(({ address }) => address === vip.address);
  const others = record.vips.filter((other) => other !== earlier);
  return { ...record, vips: [...others, { ...vip, found: earlier?.found ?? vip.found }] };
}

/** As with parameters: what was there first is what will be restored. */
export function rememberRoute(record: RealServerRecord, route: RecordedRoute): RealServerRecord {
  const routes = record.routes ?? [];
  const earlier = routes.find(
    ({ network, via }) => network === route.network && familyOf(via) === familyOf(route.via),
  );
  const others = routes.filter((other) => other !== earlier);
  const remembered = { ...route, before: earlier?.before ?? route.before };
  return { ...record, routes: [...others, remembered] };
}

export function methodOf(vip: RecordedVip): Method {
  return vip.method ?? "dr";
}

export function forgetVip(record: RealServerRecord, address: string): RealServerRecord {
  return { ...record, vips: record.vips.filter((vip) => vip.address !== address) };
}
