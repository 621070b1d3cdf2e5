import { failure, type Result, success } from "../../base/fault.ts";
import { run } from "../../kernel/linux/command.ts";
import { readInterfaces } from "../../kernel/linux/interface.ts";
import { readSysctl, sysctlName, writeSysctl } from "../../kernel/linux/sysctl.ts";
import { closeGateway } from "./gateway.ts";
import {
  type RealServerRecord,
  type RecordedRoute,
  type RecordedSysctl,
  readRecord,
  writeRecord,
} from "./record.ts";
import { forgetVip } from "./remember.ts";
import { settleTunnels } from "./tunnel.ts";
import { placements } from "./vip.ts";

/**
 * Undoes what `up` did for this VIP, and nothing else; with the last VIP the parameters go back to
 * what they were. Answers what was done, a line each. Without a VIP that is up nothing is done.
 *
 * Faults: VIP_NOT_OURS for an address on `lo` that `up` did not put there; COMMAND_FAILED.
 */
export async function takeDown(vip: string): Promise<Result<string[]>> {
  const interfaces = await readInterfaces();
  if (!interfaces.ok) return interfaces;
  const record = readRecord();
  const recorded = record.vips.find(({ address }) => address === vip);
  const here = placements(interfaces.value, vip).find(({ link }) => link === "lo");
  if (recorded === undefined && here !== undefined) {
    const message = `${vip} is on lo, but not by "weir real-server up"`;
    const remove = `remove it with "ip address del ${vip}/${here.prefix} dev lo"`;
    return failure("VIP_NOT_OURS", message, remove);
  }
  const done: string[] = [];
  // The address goes first: without it there is nothing left to be silent about.
  if (recorded?.gateway !== undefined) done.push(`${vip} is answered for no longer`);
  else if (recorded?.found === true) done.push(`${vip} stays on lo, where "up" had found it`);
  else if (here !== undefined) {
    const address = `${vip}/${here.prefix}`;
    const removed = await run("ip", ["address", "del", address, "dev", "lo"]);
    if (!removed.ok) return removed;
    done.push(`${address} removed from lo`);
  }
  let left = forgetVip(record, vip);
  if (recorded?.tunnel !== undefined) {
    const settled = await settleTunnels(left);
    if (!settled.ok) return settled;
    done.push(...settled.value);
  }
  for (const route of routesOf(record).filter((each) => !isNeeded(left, each))) {
    done.push(await closeGateway(route));
    left = { ...left, routes: routesOf(left).filter((other) => other !== route) };
  }
  writeRecord(left);
  if (left.vips.length > 0) return success(done);
  for (const sysctl of left.sysctls.toReversed()) done.push(restore(sysctl));
  writeRecord({ ...left, sysctls: [] });
  return success(done);
}

function routesOf({ routes = [] }: RealServerRecord): readonly RecordedRoute[] {
  return routes;
}

/** Whether some VIP that is still up is answered for by this route. */
function isNeeded({ vips }: RealServerRecord, { network, via }: RecordedRoute): boolean {
  return vips.some(
    ({ gateway }) => gateway?.director === via && gateway.networks.includes(network),
  );
}

/** A value that somebody has changed since is theirs. An interface may be gone by now. */
function restore({ path, before, set }: RecordedSysctl): string {
  const name = sysctlName(path);
  const now = readSysctl(path);
  if (!now.ok) return `${name} is gone`;
  if (now.value !== set) return `${name} stays ${now.value}: it was changed after "up"`;
  const written = writeSysctl(path, before);
  return written.ok ? `${name} = ${before} again` : written.fault.message;
}
