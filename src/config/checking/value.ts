import { canonicalAddress, familyOf } from "../../wire/address.ts";
import { prefixBits } from "../../wire/network.ts";
import type { Value } from "../keywords/keyword.ts";

const SWITCH_WORDS = ["on", "off", "true", "false", "yes", "no"];
const INTEGER = /^[-+]?\d+$/;
const SECONDS = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)$/;

/** Whether a text is a value of that kind; keepalived.conf(5), PARAMETER SYNTAX. */
export function isValue(text: string, value: Value): boolean {
  switch (value.kind) {
    case "integer":
      return INTEGER.test(text) && isWithin(Number(text), value);
    case "seconds":
      return SECONDS.test(text) && isWithin(Number(text), value);
    case "switch":
      return SWITCH_WORDS.includes(text);
    case "address":
      return isAddress(text, value);
    case "network":
      return isNetwork(text);
    case "choice":
      return value.words.includes(value.anyCase ? text.toUpperCase() : text);
    case "text":
      return value.accepts(text);
    case "word":
      return true;
  }
}

/** What must be there, for "… takes HERE". */
export function describeValue(value: Value): string {
  switch (value.kind) {
    case "integer":
      return `a whole number ${describeRange(value)}`;
    case "seconds":
      return `seconds ${describeRange(value)}`;
    case "switch":
      return "on or off";
    case "address":
      return describeAddress(value);
    case "network":
      return "an address with or without /LENGTH";
    case "choice":
      return alternatives(value.words);
    case "text":
    case "word":
      return value.what;
  }
}

function isWithin(number: number, { from, to }: { from: number; to: number }): boolean {
  return number >= from && number <= to;
}

function describeRange({ from, to }: { from: number; to: number }): string {
  return `from ${from} to ${to}`;
}

function isAddress(
  text: string,
  { family, multicast }: { family?: 4 | 6; multicast?: true },
): boolean {
  const address = canonicalAddress(text);
  if (address === undefined) return false;
  if (family !== undefined && familyOf(address) !== family) return false;
  return multicast !== true || isMulticast(address);
}

/** RFC 5771 section 3, RFC 4291 section 2.7. */
function isMulticast(address: string): boolean {
  if (familyOf(address) === 6) return address.startsWith("ff");
  const first = Number(address.split(".", 1)[0]);
  return first >= 224 && first <= 239;
}

function isNetwork(text: string): boolean {
  const [address, length, ...rest] = text.split("/");
  const canonical = canonicalAddress(address!);
  if (canonical === undefined || rest.length > 0) return false;
  if (length === undefined) return true;
  return (
    INTEGER.test(length) &&
    isWithin(Number(length), { from: 0, to: prefixBits(familyOf(canonical)!) })
  );
}

function describeAddress({ family, multicast }: { family?: 4 | 6; multicast?: true }): string {
  const kind = family === undefined ? "address" : `IPv${family} address`;
  if (multicast) return `a multicast ${kind}`;
  return family === undefined ? "an address" : `an ${kind}`;
}

function alternatives(words: readonly string[]): string {
  const [last, ...others] = [...words].reverse();
  return others.length === 0 ? last! : `${others.reverse().join(", ")} or ${last}`;
}
