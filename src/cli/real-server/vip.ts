import { failure, type Result, success } from "../../base/fault.ts";
import type { Interface, InterfaceAddress } from "../../kernel/linux/interface.ts";
import { addressBytes, canonicalAddress, familyOf } from "../../wire/address.ts";

/** The one prefix at which an address on `lo` stands for itself alone. */
export const HOST_PREFIX = { 4: 32, 6: 128 } as const;

/**
 * A VIP as a person types it, in canonical form.
 *
 * Faults: BAD_VIP for what is no address that a service could have.
 */
export function parseVip(text: string): Result<string> {
  const address = canonicalAddress(text);
  const fix = 'give the address alone, for example "192.168.150.100"';
  if (address === undefined) return failure("BAD_VIP", `"${text}" is not an IP address`, fix);
  const bytes = addressBytes(address);
  const first = bytes[0]!;
  const special =
    familyOf(address) === 4
      ? first === 0 || first === 127 || first >= 224
      : first === 0xff || bytes.subarray(0, 15).every((byte) => byte === 0);
  if (!special) return success(address);
  return failure(
    "BAD_VIP",
    `"${text}" cannot be a VIP: it is no unicast address of a network`,
    fix,
  );
}

export interface Placement {
  readonly link: string;
  readonly prefix: number;
}

/** Where on this host the address is. */
export function placements(interfaces: readonly Interface[], vip: string): Placement[] {
  return interfaces.flatMap(({ name, addresses }) =>
    addresses
      .filter(({ address }) => address === vip)
      .map(({ prefix }) => ({ link: name, prefix })),
  );
}

/** Whether the address lies in the network of an interface's own address. */
export function isOnLink(own: InterfaceAddress, address: string): boolean {
  if (familyOf(address) !== own.family) return false;
  const [a, b] = [addressBytes(own.address), addressBytes(address)];
  return a.every((byte, at) => {
    const bits = Math.min(8, Math.max(0, own.prefix - at * 8));
    const mask = (0xff << (8 - bits)) & 0xff;
    return (byte & mask) === (b[at]! & mask);
  });
}
