import type { Addon } from "./addon.ts";

export function interfaceName(_native: Addon, link: number): string {
  return `interface ${link}`;
}
