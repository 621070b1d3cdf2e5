import type { Fault } from "../base/fault.ts";
import { addressBytes, familyOf, IPV4_ADDRESS_BYTES, isMapped } from "../wire/address.ts";
import { readU32 } from "../wire/bytes.ts";
import {
  type ServerId,
  type ServerOptions,
  type ServiceId,
  type ServiceOptions,
  serviceName,
  socketAddress,
} from "./rule.ts";
import { isEngine, isScheduler } from "./schedulers.ts";

const WEIGHT_MAX = 2 ** 31 - 1;
const IPV6_PREFIX_MAX = 128;
const IPV4_MULTICAST_FIRST = 224;
const IPV4_MULTICAST_LAST = 239;

/** What is wrong with a service's options, in the order in which ip_vs_ctl.c looks. */
export function serviceFault(id: ServiceId, options: ServiceOptions): Fault | undefined {
  const name = serviceName(id);
  if (!isScheduler(options.scheduler)) {
    return fault("NO_SUCH_SCHEDULER", `No scheduler is called "${options.scheduler}"`);
  }
  if (options.engine !== undefined && !isEngine(options.engine)) {
    return fault("NO_SUCH_ENGINE", `No persistence engine is called "${options.engine}"`);
  }
  if (id.kind === "address" && id.port === 0 && options.persistence === undefined) {
    return fault("ZERO_PORT", `Port 0 of ${name} stands for every port and needs persistence`);
  }
  const mask = options.persistence?.mask;
  if (mask !== undefined && !isMask(mask, serviceFamily(id))) {
    return fault("BAD_MASK", `"${mask}" is no persistence mask for ${name}`);
  }
  return undefined;
}

/** What is wrong with the numbers and the family of a server (ip_vs_add_dest, ip_vs_edit_dest). */
export function serverFault(
  service: ServiceId,
  server: ServerId,
  options: ServerOptions,
): Fault | undefined {
  const name = socketAddress(server.address, server.port);
  if (options.method !== "tun" && familyOf(server.address) !== serviceFamily(service)) {
    return fault("FAMILY_MISMATCH", `Only a tunnel reaches ${name} from ${serviceName(service)}`);
  }
  const { weight, lowerThreshold: lower, upperThreshold: upper } = options;
  if (!Number.isInteger(weight) || weight < 0 || weight > WEIGHT_MAX) {
    return fault("BAD_WEIGHT", `Weight ${weight} of ${name} is not from 0 to ${WEIGHT_MAX}`);
  }
  if (lower > upper) {
    const bounds = `lower threshold ${lower} is above the upper one, ${upper}`;
    return fault("BAD_THRESHOLDS", `The thresholds of ${name} are the wrong way round: ${bounds}`);
  }
  if (options.tunnel?.type === "gue" && options.tunnel.port === 0) {
    return fault("NO_TUNNEL_PORT", `The GUE tunnel to ${name} has no port`);
  }
  return undefined;
}

/**
 * Whether IPVS takes an address for a server: __ip_vs_new_dest refuses what is not unicast. Whether
 * an address is a subnet's broadcast depends on routes, and is not looked at.
 */
export function addressFault(address: string): Fault | undefined {
  return isUnicast(addressBytes(address))
    ? undefined
    : fault("NOT_UNICAST", `${address} is not a unicast address, and so not a real server's`);
}

export function serviceFamily(id: ServiceId): 4 | 6 | undefined {
  return id.kind === "mark" ? id.family : familyOf(id.address);
}

export function noSuchService(id: ServiceId): Fault {
  return fault("NO_SUCH_SERVICE", `There is no service ${serviceName(id)}`);
}

function isUnicast(bytes: Uint8Array): boolean {
  const first = bytes[0]!;
  if (bytes.length === IPV4_ADDRESS_BYTES) {
    const multicast = first >= IPV4_MULTICAST_FIRST && first <= IPV4_MULTICAST_LAST;
    const word = readU32(bytes, 0);
    return !multicast && word !== 0 && word !== 0xffff_ffff;
  }
  const linkLocal = first === 0xfe && (bytes[1]! & 0xc0) === 0x80;
  return first !== 0xff && !linkLocal && !isMapped(bytes) && bytes.some((byte) => byte !== 0);
}

function isMask(mask: string, family: 4 | 6 | undefined): boolean {
  if (family === 4) return familyOf(mask) === 4;
  return /^\d{1,3}$/.test(mask) && Number(mask) >= 1 && Number(mask) <= IPV6_PREFIX_MAX;
}

export function fault(code: string, message: string): Fault {
  return { code, message };
}
