/** One comparison with a capture; it throws where Weir differs. */
export interface Case {
  readonly name: string;
  readonly run: () => void;
}

/** Cases that this version does not hold, by their names, and why. */
export interface Exclusion {
  readonly cases: RegExp;
  readonly reason: string;
}
