import { type Result, success } from "../../base/fault.ts";
import { REASONS, type Reason } from "../../decapsulation/reason.ts";
import { probeArp } from "../../kernel/linux/arp-probe.ts";
import { Decapsulator } from "../../kernel/linux/decapsulator.ts";
import { familyOf } from "../../wire/address.ts";
import type { GatewayState } from "./examine-gateway.ts";
import type { AttachedLink, TunnelState } from "./examine-tunnel.ts";
import { routesTo } from "./gateway.ts";
import type { Observation } from "./observe.ts";
import { namespaceName, type RecordedVip } from "./record.ts";
import { linksBeside } from "./tunnel.ts";
import { isOnLink } from "./vip.ts";

/** The tunnels' end as it is now: the program, its tables and what it has counted. */
export async function observeTunnel(
  host: Observation,
  recorded: RecordedVip | undefined,
): Promise<Result<TunnelState>> {
  const program = Decapsulator.find(namespaceName());
  const nothing = { recorded: recorded?.tunnel, attached: [], told: undefined, counts: {} };
  if (program === undefined) return success(nothing);
  try {
    const attached: AttachedLink[] = [];
    for (const { link: index, mode } of program.attachments()) {
      const link = host.interfaces.find((each) => each.index === index)?.name;
      if (link === undefined) continue;
      const beside = await linksBeside(link);
      if (!beside.ok) return beside;
      attached.push({ link, mode, beside: beside.value });
    }
    const counts = REASONS.map((reason) => [reason, Number(program.tables.counted(reason))]);
    return success({
      recorded: recorded?.tunnel,
      attached,
      told: program.tables.read(),
      counts: Object.fromEntries(counts) as Record<Reason, number>,
    });
  } finally {
    program.close();
  }
}

/** Routes to where clients are, and whether the director is there. IPv6 has no ARP to ask by. */
export async function observeGateway(
  host: Observation,
  recorded: RecordedVip | undefined,
): Promise<Result<GatewayState>> {
  const gateway = recorded?.gateway;
  const routes = new Map<string, readonly string[]>();
  if (gateway === undefined) {
    return success({ recorded: undefined, routes, directorAnswers: undefined });
  }
  const { director, networks } = gateway;
  for (const network of networks) {
    const found = await routesTo(network, familyOf(director) ?? 4);
    if (!found.ok) return found;
    routes.set(network, found.value);
  }
  const near = host.interfaces.find(
    ({ ethernet, up, addresses }) =>
      ethernet && up && addresses.some((own) => own.family === 4 && isOnLink(own, director)),
  );
  if (near === undefined) return success({ recorded: gateway, routes, directorAnswers: undefined });
  const macs = await probeArp(near, director);
  if (!macs.ok) return macs;
  return success({ recorded: gateway, routes, directorAnswers: macs.value.length > 0 });
}
