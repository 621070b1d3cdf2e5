import type { Argument, Value } from "./keyword.ts";
import { any, integer, optional } from "./values.ts";

/** What follows many words. */

export const NAME = any("NAME");
export const INTERFACE = any("INTERFACE");
export const ADDRESS: Argument = { value: { kind: "address" } };
export const NETWORK: Value = { kind: "network" };
export const PORT = integer(1, 65535);
/** A word that stands alone is on. */
export const SWITCH: Argument = optional({ value: { kind: "switch" } });
/** Of a virtual or real server: 0 is every port. */
export const ANY_PORT = integer(0, 65535);
