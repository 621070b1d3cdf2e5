import { encodeAdvertisement, type VrrpCarrier } from "../wire/vrrp.ts";
import { passwordBytes } from "./receive.ts";
import type { InstanceSettings } from "./settings.ts";

/** The advertisement of an instance (RFC 9568 section 5.2), as bytes for one destination. */
export function advertisementOf(
  settings: InstanceSettings,
  priority: number,
  carrier: VrrpCarrier,
): Uint8Array {
  const { version, router, advertInterval, addresses, password } = settings;
  const auth =
    version === 2 && password !== undefined
      ? { authType: 1, authData: passwordBytes(password) }
      : {};
  return encodeAdvertisement(
    {
      version,
      router,
      priority,
      interval: advertInterval,
      addresses: addresses.map(({ address }) => address),
      ...auth,
    },
    carrier,
    !settings.checksumWithoutPseudoHeader,
  );
}
