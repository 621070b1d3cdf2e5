import { addressBytes } from "./address.ts";
import { concat } from "./bytes.ts";
import { type Attribute, encodeAttributes, textBytes, u32Bytes, viewOf } from "./netlink.ts";
import { ADDRESS_ATTRIBUTE, type AddressMessage, numberOf } from "./netlink-address.ts";

/** What an order to add an address may say beside it. */
export interface AddressOptions {
  /** IFA_F_* of <linux/if_addr.h>. */
  readonly flags?: number;
  /** RT_SCOPE_*; 0, global, unless told. */
  readonly scope?: number;
  /** IPv4 only, at most 15 letters. */
  readonly label?: string;
  /** IPv4 only. */
  readonly broadcast?: string;
  /** Whole seconds until the kernel takes the address away; without end unless told. */
  readonly lifetime?: number;
  /** Nothing of this host's own leaves with it (RFC 4862 section 5.5.4). */
  readonly deprecated?: true;
}

/** No duplicate address detection (RFC 4862 section 5.4). */
export const IFA_F_NODAD = 0x02;

const IFADDRMSG_BYTES = 8;

/** The payload of RTM_NEWADDR and RTM_DELADDR (rtnetlink(7)). */
export function encodeAddress(message: AddressMessage, options: AddressOptions = {}): Uint8Array {
  const { flags, scope = 0, label, broadcast, lifetime, deprecated } = options;
  const header = new Uint8Array(IFADDRMSG_BYTES);
  const view = viewOf(header);
  view.setUint8(0, numberOf(message.family));
  view.setUint8(1, message.prefix);
  view.setUint8(3, scope);
  view.setUint32(4, message.link, true);
  const value = addressBytes(message.address);
  const attributes: Attribute[] = [{ type: ADDRESS_ATTRIBUTE.address, value }];
  if (message.family === 4) attributes.push({ type: ADDRESS_ATTRIBUTE.local, value });
  if (label !== undefined)
    attributes.push({ type: ADDRESS_ATTRIBUTE.label, value: textBytes(label) });
  if (broadcast !== undefined) {
    attributes.push({ type: ADDRESS_ATTRIBUTE.broadcast, value: addressBytes(broadcast) });
  }
  if (flags !== undefined)
    attributes.push({ type: ADDRESS_ATTRIBUTE.flags, value: u32Bytes(flags) });
  if (lifetime !== undefined) {
    attributes.push({
      type: ADDRESS_ATTRIBUTE.cacheInfo,
      value: cacheInfo(deprecated ? 0 : lifetime, lifetime),
    });
  }
  return concat(header, encodeAttributes(attributes));
}

/** struct ifa_cacheinfo: preferred and valid seconds, and two stamps that only answers carry. */
function cacheInfo(preferred: number, valid: number): Uint8Array {
  return concat(u32Bytes(preferred), u32Bytes(valid), new Uint8Array(8));
}
