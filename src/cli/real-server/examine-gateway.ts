import type { Interface } from "../../kernel/linux/interface.ts";
import type { Finding } from "./examine.ts";
import { leadsBy } from "./gateway.ts";
import type { RecordedGateway } from "./record.ts";
import { placements } from "./vip.ts";

/** What bears on a real server of NAT. */
export interface GatewayState {
  /** What `up` was asked for; undefined where it was not. */
  readonly recorded: RecordedGateway | undefined;
  /** For each network that the director is to be asked for: its routes, the preferred one first. */
  readonly routes: ReadonlyMap<string, readonly string[]>;
  /** Whether somebody has the director's address; undefined where nobody could be asked. */
  readonly directorAnswers: boolean | undefined;
}

/** Everything that is wrong with a real server of NAT, in the order in which it is to be mended. */
export function* examineGateway(
  vip: string,
  host: { readonly interfaces: readonly Interface[]; readonly listeners: readonly string[] },
  { recorded, routes, directorAnswers }: GatewayState,
): Generator<Finding> {
  for (const { link, prefix } of placements(host.interfaces, vip)) {
    yield {
      code: "VIP_ON_HOST",
      problem: `${vip} is on ${link}; packets of NAT come for this server's own address`,
      fix: `ip address del ${vip}/${prefix} dev ${link}`,
    };
  }
  if (recorded === undefined) {
    yield {
      code: "GATEWAY_NOT_UP",
      problem: `nothing says which director answers for ${vip}`,
      fix: `weir real-server up ${vip} --method nat --director ADDRESS`,
    };
    return;
  }
  const { director, networks } = recorded;
  for (const network of networks) {
    const found = routes.get(network) ?? [];
    if (leadsBy(found, director)) continue;
    const now = found[0] === undefined ? "is not routed" : `is routed by "${found[0]}"`;
    const route = network === "default" ? "" : ` --route ${networks.join(" ")}`;
    yield {
      code: "ROUTE_MISSING",
      problem: `${network} ${now}: answers pass by ${director} and reach clients from a stranger`,
      fix: `weir real-server up ${vip} --method nat --director ${director}${route}`,
    };
  }
  if (directorAnswers === false) {
    yield {
      code: "DIRECTOR_SILENT",
      problem: `nobody answers ARP for the director's address ${director}`,
      fix: `ip address add ${director}/PREFIX dev INTERFACE   # on the director, inside`,
    };
  }
  if (!host.listeners.some((local) => !/^(127\.|\[::1\])/.test(local))) {
    yield {
      code: "NOBODY_LISTENS",
      problem: "no server listens at an address of this host, so that connections are refused",
      fix: "ss -ltun   # then let the server listen at 0.0.0.0 or at this host's address",
    };
  }
}
