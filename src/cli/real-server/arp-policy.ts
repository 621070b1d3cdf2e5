/**
 * How a real server keeps silent about a VIP that it holds on `lo`.
 *
 * Two parameters do it (Documentation/networking/ip-sysctl.rst):
 *
 * - `arp_ignore` says which ARP requests are answered. 0 answers for any local address on any
 *   interface, and so for the VIP on `lo`; 1 answers only where the address is on the interface on
 *   which the request came in.
 * - `arp_announce` says which source address the host's own ARP requests carry. 0 takes that of the
 *   packet that waits, which in a reply of the real server is the VIP: every neighbour that hears
 *   the request learns a wrong MAC address for it. 2 takes an address of the interface that sends.
 *
 * For both the kernel takes the larger of the values of "all" and of the interface that receives or
 * sends (include/linux/inetdevice.h, IN_DEV_MAXCONF). So "all" alone covers every interface, those
 * that appear later too, and `lo`'s own values never matter: no ARP passes there. But a larger
 * number is not a stricter one: `arp_ignore` 3 answers for addresses of global scope anywhere
 * (net/ipv4/arp.c, arp_ignore()), so an interface that has it undoes "all".
 */
export interface ArpParameter {
  readonly name: "arp_ignore" | "arp_announce";
  /** What is set where something must be set. */
  readonly wanted: number;
  /** Every effective value that keeps the VIP hidden. */
  readonly hiding: readonly number[];
}

export const ARP_PARAMETERS: readonly ArpParameter[] = [
  { name: "arp_ignore", wanted: 1, hiding: [1, 2, 8] },
  { name: "arp_announce", wanted: 2, hiding: [2] },
];

/** Values of one parameter: of "all", and of each interface but `lo`. */
export interface ArpValues {
  readonly all: number;
  readonly interfaces: ReadonlyMap<string, number>;
}

export interface ArpChange {
  /** "all" or the name of an interface. */
  readonly link: string;
  readonly value: number;
}

/** The value that the kernel goes by on an interface. */
export function effectiveValue(values: ArpValues, link: string): number {
  return Math.max(values.all, values.interfaces.get(link) ?? 0);
}

export function hides(parameter: ArpParameter, effective: number): boolean {
  return parameter.hiding.includes(effective);
}

/**
 * The changes after which no interface gives the VIP away, or after which `only` does not. What
 * hides it already is left as it is.
 */
export function planArp(parameter: ArpParameter, values: ArpValues, only?: string): ArpChange[] {
  const changes: ArpChange[] = [];
  let all = values.all;
  // A large value of "all" is stronger than anything that the interface itself could say.
  const overrides = all > parameter.wanted && !hides(parameter, all);
  if (only === undefined ? !hides(parameter, all) : overrides) {
    all = parameter.wanted;
    changes.push({ link: "all", value: all });
  }
  for (const [link, own] of values.interfaces) {
    if (only !== undefined && link !== only) continue;
    if (hides(parameter, Math.max(all, own))) continue;
    changes.push({ link, value: parameter.wanted });
  }
  return changes;
}

/** The values as they are after the changes. */
export function applyChanges(values: ArpValues, changes: readonly ArpChange[]): ArpValues {
  const interfaces = new Map(values.interfaces);
  let all = values.all;
  for (const { link, value } of changes) {
    if (link === "all") all = value;
    else interfaces.set(link, value);
  }
  return { all, interfaces };
}
