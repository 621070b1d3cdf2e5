/**
 * A decimal number as strtol(3) reads it: white space and a sign may stand before it, nothing after
 * it. Undefined outside of `min` to `max`.
 */
export function numberBetween(text: string, min: number, max: number): number | undefined {
  const digits = text.match(/^[ \t\n\v\f\r]*([+-]?\d+)$/)?.[1];
  if (digits === undefined) return undefined;
  // What is too long to be exact is outside of all limits, which are those of 32 bits.
  const number = Number(digits);
  return number >= min && number <= max ? number : undefined;
}

/** The number that a text starts with, as atoi(3): 0 when it starts with none. */
export function leadingNumber(text: string): number {
  return Number(text.match(/^[ \t\n\v\f\r]*([+-]?\d+)/)?.[1] ?? 0);
}
