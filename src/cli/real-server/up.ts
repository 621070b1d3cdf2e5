import { failure, type Result, success } from "../../base/fault.ts";
import { run } from "../../kernel/linux/command.ts";
import { readInterfaces } from "../../kernel/linux/interface.ts";
import { ipv4Conf, readSysctl, sysctlName, writeSysctl } from "../../kernel/linux/sysctl.ts";
import { familyOf } from "../../wire/address.ts";
import { ARP_PARAMETERS, planArp } from "./arp-policy.ts";
import { takeDown } from "./down.ts";
import { readValues } from "./observe.ts";
import {
  emptyRecord,
  isAboutThisNamespace,
  type RealServerRecord,
  readRecord,
  rememberSysctl,
  rememberVip,
  writeRecord,
} from "./record.ts";
import { HOST_PREFIX, type Placement, placements } from "./vip.ts";

/**
 * Makes this host a real server of the VIP: silent about it in ARP, and holding it on `lo`. Answers
 * what was done, a line each. Doing it again changes nothing.
 *
 * The parameters come first: an address that is added while they are still 0 may be announced or
 * answered for at once, and the neighbours keep what they heard.
 *
 * `only` limits the parameters to one interface; without it every interface is covered.
 *
 * Faults: INTERFACE_MISSING, VIP_ON_INTERFACE, VIP_PREFIX, SYSCTL_REFUSED, COMMAND_FAILED.
 */
export async function bringUp(vip: string, only?: string): Promise<Result<string[]>> {
  const interfaces = await readInterfaces();
  if (!interfaces.ok) return interfaces;
  if (only !== undefined && !interfaces.value.some(({ name }) => name === only)) {
    const names = interfaces.value.map(({ name }) => name).join(", ");
    return failure("INTERFACE_MISSING", `There is no interface "${only}"`, `here are: ${names}`);
  }
  const placed = placements(interfaces.value, vip);
  const refusal = refusePlacement(vip, placed);
  if (refusal !== undefined) return refusal;

  const vips = interfaces.value.flatMap(({ addresses }) => addresses.map(({ address }) => address));
  const record = currentRecord(vips);
  const silent = familyOf(vip) === 4 ? silence(record, only) : success({ record, done: [] });
  if (!silent.ok) return silent;
  const done = [...silent.value.done];
  writeRecord(rememberVip(silent.value.record, { address: vip, found: placed.length > 0 }));
  if (placed.length === 0) {
    const address = `${vip}/${HOST_PREFIX[familyOf(vip) ?? 4]}`;
    const added = await run("ip", ["address", "add", address, "dev", "lo"]);
    if (!added.ok) {
      await takeDown(vip);
      return added;
    }
    done.push(`${address} added to lo`);
  }
  return success(done);
}

/** A VIP where it must not be, or with a prefix that takes in more than itself. */
function refusePlacement(vip: string, placed: readonly Placement[]): Result<never> | undefined {
  for (const { link, prefix } of placed) {
    const remove = `remove it with "ip address del ${vip}/${prefix} dev ${link}"`;
    if (link !== "lo") {
      const message = `${vip} is on ${link}, which answers ARP for it as a director does`;
      return failure("VIP_ON_INTERFACE", message, remove);
    }
    if (prefix !== HOST_PREFIX[familyOf(vip) ?? 4]) {
      const message = `${vip}/${prefix} on lo makes this host take the whole network for itself`;
      return failure("VIP_PREFIX", message, remove);
    }
  }
  return undefined;
}

function currentRecord(vipsHere: readonly string[]): RealServerRecord {
  const record = readRecord();
  const read = (path: string) => {
    const value = readSysctl(path);
    return value.ok ? value.value : undefined;
  };
  return isAboutThisNamespace(record, vipsHere, read) ? record : emptyRecord();
}

/**
 * Sets what `planArp` asks for. The record is written before each change, so that a crash loses
 * none.
 */
function silence(
  start: RealServerRecord,
  only: string | undefined,
): Result<{ record: RealServerRecord; done: string[] }> {
  let record = start;
  const done: string[] = [];
  for (const parameter of ARP_PARAMETERS) {
    const values = readValues(parameter.name);
    for (const { link, value } of planArp(parameter, values, only)) {
      const path = ipv4Conf(link, parameter.name);
      const before = link === "all" ? values.all : (values.interfaces.get(link) ?? 0);
      record = rememberSysctl(record, { path, before, set: value });
      writeRecord(record);
      const written = writeSysctl(path, value);
      if (!written.ok) return written;
      done.push(`${sysctlName(path)} = ${value} (was ${before})`);
    }
  }
  return success({ record, done });
}
