import { failure, type Result, success } from "../../base/fault.ts";
import { DIRECTORS_MAX, VIPS_MAX } from "../../decapsulation/tables.ts";
import { run } from "../../kernel/linux/command.ts";
import { Decapsulator } from "../../kernel/linux/decapsulator.ts";
import { readInterfaces } from "../../kernel/linux/interface.ts";
import { familyOf } from "../../wire/address.ts";
import type { Setup } from "./method.ts";
import { namespaceName, type RealServerRecord, type RecordedTunnel } from "./record.ts";
import { forgetVip, rememberVip } from "./remember.ts";

/**
 * The tunnels' side of a real server: Weir's own program takes packets out of them, on the
 * interfaces that lead to the directors. One program serves all VIPs of the host.
 */

/** The interfaces by which the directors are reached, where their packets come in as well. */
async function linksTo(directors: readonly string[]): Promise<Result<string[]>> {
  const links = new Set<string>();
  for (const director of directors) {
    const family = familyOf(director) ?? 4;
    const output = await run("ip", ["-json", `-${family}`, "route", "get", director]);
    if (!output.ok) return output;
    const [route] = JSON.parse(output.value) as { dev?: string }[];
    if (route?.dev !== undefined) links.add(route.dev);
  }
  return success([...links]);
}

/** The interfaces by which clients may be answered, other than this one. */
export async function linksBeside(link: string): Promise<Result<string[]>> {
  const output = await run("ip", ["-json", "-4", "route", "show", "table", "main"]);
  if (!output.ok) return output;
  const routes = JSON.parse(output.value || "[]") as { dev?: string }[];
  const others = routes.flatMap(({ dev }) => (dev === undefined || dev === link ? [] : dev));
  return success([...new Set(others)].filter((dev) => dev !== "lo"));
}

/**
 * What is to be recorded of the VIP's tunnels.
 *
 * Faults: TUNNELS_DIFFER, TUNNELS_FULL, and COMMAND_FAILED for a director that no route leads to.
 */
export async function planTunnel(
  vip: string,
  { directors, guePort, link }: Setup,
  record: RealServerRecord,
): Promise<Result<RecordedTunnel>> {
  const others = forgetVip(record, vip);
  const other = others.vips.find(({ tunnel }) => tunnel !== undefined && tunnel.guePort !== 0);
  if (guePort !== 0 && other !== undefined && other.tunnel!.guePort !== guePort) {
    const message = `${other.address} takes GUE on port ${other.tunnel!.guePort} already`;
    return failure("TUNNELS_DIFFER", message, "all VIPs of a host take it on one port");
  }
  const links = link === undefined ? await linksTo(directors) : success([link]);
  if (!links.ok) return links;
  const tunnel = { directors, guePort, links: links.value };
  const { directors: from, vips } = configurationOf(
    rememberVip(others, { address: vip, found: false, tunnel }),
  );
  if (from.length > DIRECTORS_MAX || vips.length > VIPS_MAX) {
    const message = `A host takes tunnels of ${DIRECTORS_MAX} directors for ${VIPS_MAX} VIPs`;
    return failure("TUNNELS_FULL", message, 'run "weir real-server down" for one that is over');
  }
  return success(tunnel);
}

/** What the program is told for all VIPs together: the union of what each asks for. */
export function configurationOf({ vips }: RealServerRecord) {
  const tunnelled = vips.flatMap(({ address, tunnel }) => (tunnel ? [{ address, tunnel }] : []));
  const directors = new Set(tunnelled.flatMap(({ tunnel }) => tunnel.directors));
  return {
    ipip: tunnelled.length > 0,
    gre: tunnelled.length > 0,
    guePort: tunnelled.findLast(({ tunnel }) => tunnel.guePort !== 0)?.tunnel.guePort ?? 0,
    directors: [...directors],
    vips: tunnelled.map(({ address }) => address),
  };
}

/** The interfaces that the program is on for some VIP of the record. */
export function linksOf({ vips }: RealServerRecord): string[] {
  return [...new Set(vips.flatMap(({ tunnel }) => tunnel?.links ?? []))];
}

/**
 * Sees to it that the program does what the record says, no more and no less: without a VIP of
 * tunnels in it, there is none. Answers what was done.
 *
 * Faults: those of Decapsulator.pinned() and attach(); of `ip`.
 */
export async function settleTunnels(record: RealServerRecord): Promise<Result<string[]>> {
  const name = namespaceName();
  const interfaces = await readInterfaces();
  if (!interfaces.ok) return interfaces;
  const nameOf = (index: number) =>
    interfaces.value.find((link) => link.index === index)?.name ?? `interface ${index}`;
  const wanted = linksOf(record);
  if (wanted.length === 0) return removeProgram(name, nameOf);
  const program = Decapsulator.pinned(name);
  if (!program.ok) return program;
  const done: string[] = [];
  try {
    program.value.tables.write(configurationOf(record));
    for (const { link } of program.value.attachments()) {
      if (wanted.includes(nameOf(link))) continue;
      const detached = program.value.detach(link);
      if (!detached.ok) return detached;
      done.push(`decapsulation off ${nameOf(link)}`);
    }
    const there = new Set(program.value.attachments().map(({ link }) => link));
    for (const { index, name: link } of interfaces.value) {
      if (!wanted.includes(link) || there.has(index)) continue;
      const attached = program.value.attach(index);
      if (!attached.ok) return attached;
      const { mode, because } = attached.value;
      done.push(`decapsulation on ${link} (${mode}${because === undefined ? "" : `: ${because}`})`);
    }
    return success(done);
  } finally {
    program.value.close();
  }
}

function removeProgram(name: string, nameOf: (index: number) => string): Result<string[]> {
  const program = Decapsulator.find(name);
  const links = program?.attachments().map(({ link }) => nameOf(link)) ?? [];
  const removed = program?.remove() ?? success(undefined);
  if (!removed.ok) return removed;
  Decapsulator.forget(name);
  return success(links.map((link) => `decapsulation off ${link}`));
}
