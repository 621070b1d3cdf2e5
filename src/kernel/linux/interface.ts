import { type Result, success } from "../../base/fault.ts";
import { run } from "./command.ts";

/** An interface with its addresses, as `ip -json address show` reports it. */
export interface Interface {
  readonly index: number;
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
  readonly ethernet: boolean;
  readonly addresses: readonly InterfaceAddress[];
}

export interface InterfaceAddress {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
  /** "global", "link" or "host". */
  readonly scope: string;
}

/** The part of iproute2's output that is read here. */
interface Reported {
  readonly ifindex?: number;
  readonly ifname?: string;
  readonly address?: string;
  readonly flags?: readonly string[];
  readonly link_type?: string;
  readonly addr_info?: readonly {
    readonly family?: string;
    readonly local?: string;
    readonly prefixlen?: number;
    readonly scope?: string;
  }[];
}

/**
 * The interfaces of this network namespace, or of the one named.
 *
 * Faults: COMMAND_MISSING, COMMAND_FAILED.
 */
export async function readInterfaces(namespace?: string): Promise<Result<Interface[]>> {
  const where = namespace === undefined ? [] : ["-n", namespace];
  const output = await run("ip", [...where, "-json", "address", "show"]);
  if (!output.ok) return output;
  return success(parseInterfaces(output.value));
}

export function parseInterfaces(json: string): Interface[] {
  const reported = JSON.parse(json) as readonly Reported[];
  // Filtered lists of iproute2 hold an empty object for each interface that the filter left out.
  return reported.flatMap(({ ifindex, ifname, ...link }) => {
    if (ifindex === undefined || ifname === undefined) return [];
    return {
      index: ifindex,
      name: ifname,
      mac: link.address ?? "",
      up: link.flags?.includes("UP") ?? false,
      ethernet: link.link_type === "ether",
      addresses: (link.addr_info ?? []).flatMap(({ family, local, prefixlen, scope }) =>
        local === undefined || prefixlen === undefined
          ? []
          : [
              {
                family: family === "inet6" ? 6 : 4,
                address: local,
                prefix: prefixlen,
                scope: scope ?? "",
              },
            ],
      ),
    };
  });
}
