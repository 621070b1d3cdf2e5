/** Cases of ka-config.txt in which `weir check` says something else, and why. */
export interface Exclusion {
  /** Lines that keepalived names and no finding does. */
  readonly silent?: readonly number[];
  /** Codes of findings where keepalived says nothing. */
  readonly more?: readonly string[];
  readonly because: string;
}

export const EXCLUSIONS: ReadonlyMap<number, Exclusion> = new Map<number, Exclusion>([
  [6, { silent: [2], because: "what is in the block of an unknown word is part of one mistake" }],
  [
    17,
    {
      more: ["INCLUDE_MISSING"],
      because: "keepalived says so too, but only a stricter include changes its exit status",
    },
  ],
  [67, { silent: [15], because: "that the script is not there follows from line 1" }],
  [73, { more: ["PROGRAM_MISSING"], because: "keepalived finds out when it would call it" }],
  [109, { more: ["DUPLICATE_VIRTUAL_SERVER"], because: "IPVS would refuse the second one" }],
  [114, { more: ["NO_SUCH_GROUP"], because: "the virtual server could serve nothing" }],
  [147, { more: ["PROGRAM_MISSING"], because: "every check would fail" }],
  [159, { more: ["NOT_SUPPORTED"], because: "there is no sync daemon yet" }],
  [160, { more: ["NOT_SUPPORTED"], because: "there are no automatic priorities yet" }],
]);
