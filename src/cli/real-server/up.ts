import { failure, type Result, success } from "../../base/fault.ts";
import { run } from "../../kernel/linux/command.ts";
import { Decapsulator } from "../../kernel/linux/decapsulator.ts";
import { type Interface, readInterfaces } from "../../kernel/linux/interface.ts";
import { readSysctl } from "../../kernel/linux/sysctl.ts";
import { familyOf } from "../../wire/address.ts";

import { takeDown } from "./down.ts";
import { gatewayOf, openGateway, otherGateway, routesTo } from "./gateway.ts";
import type { Setup } from "./method.ts";
import { quieten } from "./quieten.ts";
import {
  emptyRecord,
  namespaceName,
  type RealServerRecord,
  readRecord,
  writeRecord,
} from "./record.ts";
import { forgetVip, isAboutThisNamespace, methodOf, rememberVip } from "./remember.ts";
import { planTunnel, settleTunnels } from "./tunnel.ts";
import { HOST_PREFIX, type Placement, placements } from "./vip.ts";

/**
 * Makes this host a real server of the VIP. Answers what was done, a line each. Doing it again
 * changes nothing; with other directors or another port it changes just these.
 *
 * Faults: INTERFACE_MISSING, METHOD_OTHER, GATEWAY_OTHER, VIP_ON_INTERFACE, VIP_ON_HOST,
 * VIP_PREFIX, TUNNELS_DIFFER, TUNNELS_FULL, SYSCTL_REFUSED, COMMAND_FAILED; those of attaching XDP
 * programs.
 */
export async function bringUp(vip: string, setup: Setup): Promise<Result<string[]>> {
  const interfaces = await readInterfaces();
  if (!interfaces.ok) return interfaces;
  const { method, link } = setup;
  if (link !== undefined && !interfaces.value.some(({ name }) => name === link)) {
    const names = interfaces.value.map(({ name }) => name).join(", ");
    return failure("INTERFACE_MISSING", `There is no interface "${link}"`, `here are: ${names}`);
  }
  const record = await currentRecord(interfaces.value);
  const earlier = record.vips.find(({ address }) => address === vip);
  if (earlier !== undefined && methodOf(earlier) !== method) {
    const message = `${vip} is up with the method ${methodOf(earlier)}`;
    return failure("METHOD_OTHER", message, `run "weir real-server down ${vip}" first`);
  }
  const placed = placements(interfaces.value, vip);
  return method === "nat"
    ? answerByNat(vip, setup, record, placed)
    : hold(vip, setup, record, placed);
}

/**
 * Direct routing and tunnels: silent about the VIP in ARP, and holding it on `lo`.
 *
 * The parameters come first: an address that is added while they are still 0 may be announced or
 * answered for at once, and the neighbours keep what they heard. The interface that is asked for
 * limits the parameters for direct routing, and is the tunnels' one for these.
 */
async function hold(
  vip: string,
  setup: Setup,
  start: RealServerRecord,
  placed: readonly Placement[],
): Promise<Result<string[]>> {
  const refusal = refusePlacement(vip, placed);
  if (refusal !== undefined) return refusal;
  const tunnel = setup.method === "tun" ? await planTunnel(vip, setup, start) : undefined;
  if (tunnel?.ok === false) return tunnel;
  const links = tunnel?.value.links ?? [];
  const quiet = await quieten(vip, start, setup, links);
  if (!quiet.ok) return quiet;
  const done = [...quiet.value.done];
  const found = placed.length > 0;
  const method = setup.method === "dr" ? {} : { method: setup.method };
  const asked = { address: vip, found, ...method, ...(tunnel && { tunnel: tunnel.value }) };
  const record = rememberVip(quiet.value.record, asked);
  writeRecord(record);
  const isNew = !start.vips.some(({ address }) => address === vip);
  if (!found) {
    const address = `${vip}/${HOST_PREFIX[familyOf(vip) ?? 4]}`;
    const added = await run("ip", ["address", "add", address, "dev", "lo", ...withoutDad(vip)]);
    if (!added.ok) {
      await takeDown(vip);
      return added;
    }
    done.push(`${address} added to lo`);
  }
  if (tunnel === undefined) return success(done);
  const settled = await settleTunnels(record);
  if (!settled.ok && isNew) await takeDown(vip);
  return settled.ok ? success([...done, ...settled.value]) : settled;
}

/** Nobody is asked on `lo` whether the address is free, so that it need not wait for an answer. */
function withoutDad(vip: string): string[] {
  return familyOf(vip) === 6 ? ["nodad"] : [];
}

/** NAT: the host has no part in the VIP but that its answers go by the director. */
async function answerByNat(
  vip: string,
  { directors, networks, link }: Setup,
  start: RealServerRecord,
  placed: readonly Placement[],
): Promise<Result<string[]>> {
  for (const { link: place, prefix } of placed) {
    const message = `${vip} is on ${place}; a real server of NAT gets packets for its own address`;
    const fix = `remove the VIP with "ip address del ${vip}/${prefix} dev ${place}"`;
    return failure("VIP_ON_HOST", message, fix);
  }
  const gateway = { director: directors[0]!, networks };
  const other = otherGateway(forgetVip(start, vip), gateway);
  if (other !== undefined) {
    const message = `${other.address} is answered for by way of ${other.gateway!.director}`;
    const fix = `take that director, or name other networks with --route`;
    return failure("GATEWAY_OTHER", message, fix);
  }
  const isNew = !start.vips.some(({ address }) => address === vip);
  const record = rememberVip(start, { address: vip, found: false, method: "nat", gateway });
  writeRecord(record);
  const opened = await openGateway(record, gateway, link);
  if (!opened.ok) {
    if (isNew) await takeDown(vip);
    return opened;
  }
  const said = isNew ? [`${vip} is answered for by way of ${gateway.director}`] : [];
  return success([...opened.value.done, ...said]);
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

/** The record, unless it is that of an earlier namespace; then the earlier one's pins go too. */
async function currentRecord(interfaces: readonly Interface[]): Promise<RealServerRecord> {
  const record = readRecord();
  const vips = interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address));
  const read = (path: string) => {
    const value = readSysctl(path);
    return value.ok ? value.value : undefined;
  };
  const gateways: string[] = [];
  for (const { network, via } of record.routes ?? []) {
    const routes = await routesTo(network, familyOf(via) ?? 4);
    if (routes.ok) gateways.push(...routes.value.flatMap((route) => gatewayOf(route) ?? []));
  }
  if (isAboutThisNamespace(record, { vips, gateways }, read)) return record;
  Decapsulator.forget(namespaceName());
  return emptyRecord();
}
