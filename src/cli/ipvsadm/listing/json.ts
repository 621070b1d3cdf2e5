/**
 * --json: what the director answered, indented. Counters and rates are decimal strings, because
 * they go beyond the whole numbers (2^53) that JSON readers keep; all else is as in the API.
 */
export function listJson(value: unknown): string {
  const text = (_key: string, part: unknown) => (typeof part === "bigint" ? String(part) : part);
  return `${JSON.stringify(value, text, 2)}\n`;
}
