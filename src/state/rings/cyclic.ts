/** The rings of dh and sh, over members in IPVS's order, newest first. */

/** As many as a ring of IPVS has: IP_VS_DH_TAB_BITS and IP_VS_SH_TAB_BITS are 8 by default. */
export const HASH_RING = 256;

/** ip_vs_dh_reassign(): one place each, around and around; weights do not matter. */
export function destinationRing(members: number): Uint16Array {
  return Uint16Array.from({ length: HASH_RING }, (_, place) => place % members);
}

/** ip_vs_sh_reassign(): as many places in a row as a member has weight, but one at least. */
export function sourceRing(weights: readonly number[]): Uint16Array {
  const ring = new Uint16Array(HASH_RING);
  let member = 0;
  let given = 0;
  for (let place = 0; place < HASH_RING; place++) {
    ring[place] = member;
    given++;
    if (given < weights[member]!) continue;
    member = (member + 1) % weights.length;
    given = 0;
  }
  return ring;
}
