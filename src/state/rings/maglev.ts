import { NO_MEMBER } from "../../datapath/constants.ts";
import { foldAddress } from "../../datapath/hash32.ts";
import { MAGLEV_KEY } from "../../datapath/schedulers/mh.ts";
import { hsiphash } from "../../datapath/siphash.ts";
import { readWords } from "../../datapath/tuple.ts";
import { familyOf, mappedBytes } from "../../wire/address.ts";

/**
 * The lookup table of Maglev hashing (Eisenbud et al., NSDI 2016, section 3.4), place for place as
 * net/netfilter/ipvs/ip_vs_mh.c fills it: members in list order, each as often in a row as its
 * weight earns.
 */
export interface MaglevServer {
  readonly address: string;
  readonly port: number;
  /** IPVS last_weight: a server that is quiesced keeps its places. */
  readonly lastWeight: number;
}

/** CONFIG_IP_VS_MH_TAB_INDEX is 12 by default: the twelfth prime of the kernel's list. */
export const MAGLEV_RING = 4093;

/** hash2 of ip_vs_mh.c. */
const SKIP_KEY = 2654446892n;
/** `size`: a prime. NO_MEMBER everywhere when no server has, or had, a weight. */
export function maglevRing(servers: readonly MaglevServer[], size = MAGLEV_RING): Uint16Array {
  const ring = new Uint16Array(size).fill(NO_MEMBER);
  const turns = turnsOf(
    servers.map(({ lastWeight }) => lastWeight),
    weightBits(size),
  );
  if (turns.every((count) => count === 0)) return ring;
  const next = Uint32Array.from(servers, (server) => hash(server, MAGLEV_KEY) % size);
  const skip = Uint32Array.from(servers, (server) => (hash(server, SKIP_KEY) % (size - 1)) + 1);
  for (let filled = 0; filled < size; ) {
    for (let member = 0; member < servers.length && filled < size; member++) {
      for (let turn = 0; turn < turns[member]! && filled < size; turn++, filled++) {
        let place = next[member]!;
        while (ring[place] !== NO_MEMBER) {
          place += skip[member]!;
          if (place >= size) place -= size;
        }
        ring[place] = member;
        next[member] = place;
      }
    }
  }
  return ring;
}

/** Half the table's index, which is the bits of the prime: the kernel's lie just below 2^index. */
function weightBits(size: number): number {
  return bitsOf(size) >> 1;
}

/** fls(): the place of the highest bit, from 1. */
function bitsOf(number: number): number {
  return 32 - Math.clz32(number);
}

/** ip_vs_mh_permutate(): places that each takes in a row, by weight in so many bits. */
function turnsOf(weights: readonly number[], bits: number): number[] {
  const divisor = weights.reduce((g, weight) => (weight > 0 ? gcd(weight, g) : g), 0);
  if (divisor === 0) return weights.map(() => 0);
  const largest = Math.max(...weights) / divisor;
  const shift = Math.max(0, bitsOf(largest) - bits);
  return weights.map((weight) => {
    const turns = (weight / divisor) >>> shift;
    return turns === 0 && weight > 0 ? 1 : turns;
  });
}

/** ip_vs_mh_hashkey() of the server's address and port. */
function hash({ address, port }: MaglevServer, key: bigint): number {
  const bytes = mappedBytes(address);
  const words = readWords(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0);
  return hsiphash((port + foldAddress(familyOf(address) ?? 4, words)) >>> 0, key);
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
