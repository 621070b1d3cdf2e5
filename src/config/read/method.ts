import type { ForwardingMethod, Tunnel } from "../../state/rule.ts";
import type { Statement } from "../tree.ts";
import { type Block, lastOf } from "./block.ts";
import { readInteger } from "./values.ts";

/** How packets reach a server, with the tunnel where it is one. */
export interface Method {
  readonly method: ForwardingMethod;
  readonly tunnel?: Tunnel;
}

const METHODS: Readonly<Record<string, ForwardingMethod>> = { NAT: "nat", DR: "dr", TUN: "tun" };

/** `NAT`, `DR`, or `TUN [type {ipip|gue port NUM|gre} [nocsum|csum|remcsum]]`. */
export function methodOf(block: Block, names: readonly string[]): Method | undefined {
  return lastOf(block, names, readMethod);
}

function readMethod({ arguments: words }: Statement): Method | undefined {
  const texts = words.map(({ text }) => text);
  const method = METHODS[texts[0] ?? ""];
  if (method !== "tun") return method && { method };
  const after = (name: string): string => {
    const at = texts.indexOf(name);
    return at < 0 ? "" : (texts[at + 1] ?? "");
  };
  const type = after("type");
  if (type !== "gre" && type !== "gue") return { method };
  const port = type === "gue" ? readInteger(after("port"), 1, 65535) : 0;
  // A GUE tunnel without a port leads nowhere.
  if (port === undefined) return undefined;
  const checksum = (["csum", "remcsum"] as const).find((name) => texts.includes(name));
  // GRE has no remote checksum (keepalived.conf(5), lvs_method).
  const kept = type === "gre" && checksum === "remcsum" ? undefined : checksum;
  return { method, tunnel: { type, port, checksum: kept ?? "nocsum" } };
}
