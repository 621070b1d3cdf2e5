import { type Result, success } from "../../base/fault.ts";
import { ipv4Conf, sysctlName, writeSysctl } from "../../kernel/linux/sysctl.ts";
import { familyOf } from "../../wire/address.ts";
import { ARP_PARAMETERS, effectiveValue, planArp } from "./arp-policy.ts";
import type { Setup } from "./method.ts";
import { readValues } from "./observe.ts";
import { type RealServerRecord, writeRecord } from "./record.ts";
import { rememberSysctl } from "./remember.ts";
import { linksBeside } from "./tunnel.ts";

interface Changed {
  readonly record: RealServerRecord;
  readonly done: readonly string[];
}

/**
 * Parameters of a host that holds a VIP on `lo`: silence in ARP, and for tunnels no reverse path
 * filter that would drop what comes out of them. IPv6 knows neither.
 *
 * Faults: SYSCTL_REFUSED, COMMAND_FAILED.
 */
export async function quieten(
  vip: string,
  start: RealServerRecord,
  { method, link }: Setup,
  links: readonly string[],
): Promise<Result<Changed>> {
  if (familyOf(vip) === 6) return success({ record: start, done: [] });
  const silent = silence(start, method === "dr" ? link : undefined);
  if (!silent.ok || links.length === 0) return silent;
  const loose = await loosen(silent.value.record, links);
  if (!loose.ok) return loose;
  return success({ ...loose.value, done: [...silent.value.done, ...loose.value.done] });
}

/**
 * Sets what `planArp` asks for. The record is written before each change, so that a crash loses
 * none.
 */
function silence(start: RealServerRecord, only: string | undefined): Result<Changed> {
  let record = start;
  const done: string[] = [];
  for (const parameter of ARP_PARAMETERS) {
    const values = readValues(parameter.name);
    for (const { link, value } of planArp(parameter, values, only)) {
      const before = link === "all" ? values.all : (values.interfaces.get(link) ?? 0);
      const changed = change(record, ipv4Conf(link, parameter.name), before, value);
      if (!changed.ok) return changed;
      record = changed.value.record;
      done.push(...changed.value.done);
    }
  }
  return success({ record, done });
}

/**
 * In strict mode (RFC 3704 section 2.2, rp_filter 1) the kernel drops a packet whose source it
 * would answer by another interface. What comes out of a tunnel has the client's address as its
 * source and comes in by the directors' interface, so that clients who are reached by another one
 * would be dropped without a word. In loose mode (2) it is enough that they are reached at all. The
 * larger of the values of "all" and of the interface counts: 2 outdoes both.
 */
async function loosen(start: RealServerRecord, links: readonly string[]): Promise<Result<Changed>> {
  const values = readValues("rp_filter");
  let record = start;
  const done: string[] = [];
  for (const link of links) {
    const others = await linksBeside(link);
    if (!others.ok) return others;
    if (effectiveValue(values, link) !== 1 || others.value.length === 0) continue;
    const before = values.interfaces.get(link) ?? 0;
    const changed = change(record, ipv4Conf(link, "rp_filter"), before, 2);
    if (!changed.ok) return changed;
    record = changed.value.record;
    const because = `clients may be answered by ${others.value.join(", ")}`;
    done.push(...changed.value.done.map((line) => `${line}: ${because}`));
  }
  return success({ record, done });
}

/** Sets a parameter; what was there first is on record before. */
function change(
  start: RealServerRecord,
  path: string,
  before: number,
  value: number,
): Result<Changed> {
  const record = rememberSysctl(start, { path, before, set: value });
  writeRecord(record);
  const written = writeSysctl(path, value);
  if (!written.ok) return written;
  return success({ record, done: [`${sysctlName(path)} = ${value} (was ${before})`] });
}
