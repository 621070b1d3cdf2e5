import type { Family } from "../../wire/address.ts";
import { canonicalAddress, familyOf } from "../../wire/address.ts";
import { prefixBits } from "../../wire/network.ts";

/**
 * The values of keepalived.conf(5), PARAMETER SYNTAX. Each is undefined for a text that keepalived
 * would not take, so that the default stays.
 */

export const SECOND = 1_000_000;

/** A decimal number without a fraction, between `from` and `to`. */
export function readInteger(text: string, from: number, to: number): number | undefined {
  if (!/^[-+]?\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= from && value <= to ? value : undefined;
}

/** Decimal seconds as whole microseconds, which is as fine as keepalived's timers are. */
export function readSeconds(text: string, from: number, to: number): number | undefined {
  if (!/^\+?(?:\d+(?:\.\d*)?|\.\d+)$/.test(text)) return undefined;
  const value = Math.round(Number(text) * SECOND);
  return value >= Math.round(from * SECOND) && value <= to * SECOND ? value : undefined;
}

export function readSwitch(text: string): boolean | undefined {
  if (["on", "true", "yes"].includes(text)) return true;
  return ["off", "false", "no"].includes(text) ? false : undefined;
}

export interface AddressWithPrefix {
  readonly address: string;
  readonly family: Family;
  readonly prefix: number;
}

/**
 * "192.168.150.100/24". Without a prefix, or with one that the family has not, it is the whole
 * address, as keepalived goes on with such a one.
 */
export function readAddressWithPrefix(text: string): AddressWithPrefix | undefined {
  const [addressText, prefixText, ...rest] = text.split("/");
  const address = canonicalAddress(addressText!);
  if (address === undefined || rest.length > 0) return undefined;
  const family = familyOf(address)!;
  const bits = prefixBits(family);
  const prefix = prefixText === undefined ? bits : readInteger(prefixText, 0, bits);
  return { address, family, prefix: prefix ?? bits };
}

/** The words of a command line in quotes, split as a shell does, though no shell reads them. */
export function splitCommand(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (character === quote) quote = undefined;
    else if (quote === undefined && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (character === "\\" && quote !== "'" && at + 1 < text.length) {
      word = (word ?? "") + text[++at];
    } else if (quote === undefined && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  return word === undefined ? words : [...words, word];
}
