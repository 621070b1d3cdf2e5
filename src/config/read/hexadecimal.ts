/** Bytes, and which of their bits count. */
export interface Hexadecimal {
  readonly bytes: Uint8Array;
  readonly mask: Uint8Array;
}

/**
 * HEX_STR of UDP_CHECK (keepalived.conf(5)): "Ab12f 3 456" is AB 12 0F 03 45 06. A digit that is
 * left alone at the end of a group is a byte. "X" is four bits that do not count. Undefined for
 * anything else, and for none.
 */
export function readHexadecimal(words: readonly string[]): Hexadecimal | undefined {
  const groups = words.flatMap((word) => word.split(/\s+/)).filter((group) => group !== "");
  if (groups.length === 0 || !groups.every((group) => /^[0-9a-fx]+$/i.test(group))) {
    return undefined;
  }
  const pairs = groups.flatMap((group) => group.match(/../g)?.concat(tail(group)) ?? tail(group));
  const digits = (of: (digit: string) => number): Uint8Array =>
    Uint8Array.from(pairs, (pair) => (of(pair[0]!) << 4) | of(pair[1]!));
  return {
    bytes: digits((digit) => (isFree(digit) ? 0 : Number.parseInt(digit, 16))),
    mask: digits((digit) => (isFree(digit) ? 0 : 0xf)),
  };
}

function tail(group: string): string[] {
  return group.length % 2 === 0 ? [] : [`0${group.at(-1)}`];
}

function isFree(digit: string): boolean {
  return digit === "x" || digit === "X";
}
