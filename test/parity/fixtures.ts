import { ANSWERED } from "./fixtures/answered.ts";
import { CONNECTIONS } from "./fixtures/connections.ts";
import type { Fixture } from "./fixtures/fixture.ts";
import { FORWARDED } from "./fixtures/forwarded.ts";
import { LEFT_ALONE } from "./fixtures/left-alone.ts";
import { MASQUERADED } from "./fixtures/nat.ts";

/** Every hand-written case; each starts from the world's START. */
export const FIXTURES: readonly Fixture[] = [
  ...FORWARDED,
  ...LEFT_ALONE,
  ...CONNECTIONS,
  ...ANSWERED,
  ...MASQUERADED,
];
