import { failure, type Result, success } from "../base/fault.ts";
import { MARKS } from "../datapath/constants.ts";
import { maskAddress, parseNetwork } from "../wire/network.ts";

/**
 * The rules of `weir mark`: which packets carry a firewall mark. XDP runs before the firewall, so
 * that a mark of iptables or nftables comes too late for it.
 */

/** Ports from `first` to `last`, both among them. */
export interface Ports {
  readonly first: number;
  readonly last: number;
}

/** One row of the table. All of it must fit; of several rules that fit, the first counts. */
export interface MarkRule {
  readonly family: 4 | 6;
  /** Blocks of addresses, "10.0.0.0/8". */
  readonly from: string;
  readonly to: string;
  /** Both, unless it says which. */
  readonly protocol?: MarkedProtocol;
  readonly sourcePorts: Ports;
  readonly ports: Ports;
  /** By its name; every interface without one. */
  readonly interface?: string;
  /** What `ipvsadm -f` names; 0 is no mark, for packets that no later rule is to mark. */
  readonly mark: number;
}

export type MarkedProtocol = "tcp" | "udp";

/** What one `weir mark add` says: a rule for each family and pair of port ranges that it names. */
export interface MarkRequest {
  readonly from?: string;
  readonly to?: string;
  /** Without addresses: of this family alone. */
  readonly family?: 4 | 6;
  readonly protocol?: MarkedProtocol;
  /** Every port, unless there are some. */
  readonly sourcePorts?: readonly Ports[];
  readonly ports?: readonly Ports[];
  readonly interface?: string;
  readonly mark: number;
}

/** One change of the rules. Rules are numbered from 1. */
export type MarkOperation =
  | { readonly kind: "add"; readonly rule: MarkRequest }
  | { readonly kind: "delete"; readonly number: number }
  | { readonly kind: "clear" };

/** New rules are written beside the live ones, in the other half of the table. */
export const MARK_RULES_MAX = MARKS / 2;

const EVERY_PORT: Ports = { first: 0, last: 0xffff };
const EVERYWHERE = { 4: "0.0.0.0/0", 6: "::/0" } as const;
const MARK_MAX = 0xffff_ffff;

/**
 * Applies a batch, all or nothing; the rules given stay as they are. New rules come last.
 *
 * Faults: BAD_NETWORK, FAMILY_MISMATCH, BAD_PORTS, BAD_INTERFACE, BAD_MARK, NO_SUCH_RULE,
 * TABLE_FULL; then `operation` is the index of the one to blame.
 */
export function applyMarkOperations(
  rules: readonly MarkRule[],
  operations: readonly MarkOperation[],
): Result<readonly MarkRule[]> & { readonly operation?: number } {
  let now = [...rules];
  for (const [operation, change] of operations.entries()) {
    const next = apply(now, change);
    if (!next.ok) return { ...next, operation };
    if (next.value.length > MARK_RULES_MAX) return { ...tooMany(next.value.length), operation };
    now = next.value;
  }
  return success(now);
}

function apply(rules: readonly MarkRule[], operation: MarkOperation): Result<MarkRule[]> {
  switch (operation.kind) {
    case "add": {
      const more = rulesOf(operation.rule);
      return more.ok ? success([...rules, ...more.value]) : more;
    }
    case "delete": {
      const { number } = operation;
      if (rules[number - 1] === undefined) {
        return failure("NO_SUCH_RULE", `There is no rule ${number}`, "weir mark list has numbers");
      }
      return success(rules.toSpliced(number - 1, 1));
    }
    case "clear":
      return success([]);
  }
}

function rulesOf(request: MarkRequest): Result<MarkRule[]> {
  const bad = requestFault(request);
  if (bad !== undefined) return bad;
  const families = familiesOf(request);
  if (!families.ok) return families;
  const { protocol, sourcePorts = [EVERY_PORT], ports = [EVERY_PORT], mark } = request;
  const rest = {
    ...(protocol === undefined ? {} : { protocol }),
    ...(request.interface === undefined ? {} : { interface: request.interface }),
    mark,
  };
  return success(
    families.value.flatMap((blocks) =>
      sourcePorts.flatMap((source) =>
        ports.map((range) => ({ ...blocks, sourcePorts: source, ports: range, ...rest })),
      ),
    ),
  );
}

type Addresses = Pick<MarkRule, "family" | "from" | "to">;

/** The addresses of a request, once for each family that it is of. */
function familiesOf({ family, from, to }: MarkRequest): Result<Addresses[]> {
  const source = blockOf(from);
  if (!source.ok) return source;
  const destination = blockOf(to);
  if (!destination.ok) return destination;
  const named = new Set(
    [family, source.value?.family, destination.value?.family].filter((each) => each !== undefined),
  );
  if (named.size > 1) {
    const fix = "write a rule for each";
    return failure("FAMILY_MISMATCH", "A rule is of IPv4 or of IPv6, and not of both", fix);
  }
  const families = named.size === 0 ? ([4, 6] as const) : [...named];
  return success(
    families.map((each) => ({
      family: each,
      from: source.value?.text ?? EVERYWHERE[each],
      to: destination.value?.text ?? EVERYWHERE[each],
    })),
  );
}

function requestFault(request: MarkRequest) {
  const { mark, ports = [], sourcePorts = [] } = request;
  if (!Number.isInteger(mark) || mark < 0 || mark > MARK_MAX) {
    return failure("BAD_MARK", `${mark} is no mark`, `give a whole number from 0 to ${MARK_MAX}`);
  }
  for (const { first, last } of [...ports, ...sourcePorts]) {
    if (isPort(first) && isPort(last) && first <= last) continue;
    const fix = "give ports from 0 to 65535, the lower one first";
    return failure("BAD_PORTS", `${first}-${last} is no range of ports`, fix);
  }
  if (request.interface !== undefined && !isInterfaceName(request.interface)) {
    return failure("BAD_INTERFACE", `"${request.interface}" is no name of an interface`);
  }
  return undefined;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 0xffff;
}

/** What the kernel takes (net/core/dev.c dev_valid_name), of ASCII: 15 bytes, nothing of a path. */
function isInterfaceName(name: string): boolean {
  return /^[!-~]{1,15}$/.test(name) && !/[/:]/.test(name) && name !== "." && name !== "..";
}

/** A block by its first address: "10.1.2.3/8" is 10.0.0.0/8. */
function blockOf(text: string | undefined): Result<{ text: string; family: 4 | 6 } | undefined> {
  if (text === undefined) return success(undefined);
  const network = parseNetwork(text);
  const first = network && maskAddress(network.address, network.prefix);
  // The tables have IPv4 in that form, and no packet of IPv6 comes from there.
  if (network === undefined || first === undefined || first.startsWith("::ffff:")) {
    const fix = "write it like 192.168.150.100, 10.0.0.0/8 or 2001:db8::/32";
    return failure("BAD_NETWORK", `"${text}" is no address and no block of addresses`, fix);
  }
  return success({ text: `${first}/${network.prefix}`, family: first.includes(":") ? 6 : 4 });
}

function tooMany(count: number) {
  const what = `The table has room for ${MARK_RULES_MAX} rules, and not for ${count}`;
  return failure("TABLE_FULL", what, "join ranges of ports or addresses that lie together");
}
