/**
 * Stops the program when something that cannot happen has happened.
 *
 * For what can happen (a bad file, a refused call) return a {@link Fault} instead.
 *
 * @throws {Error} naming what was broken; the daemon exits with code 70 on it.
 */
export function assert(
  condition: boolean,
  broken: string,
  ...values: unknown[]
): asserts condition {
  if (condition) return;
  const shown = values.map((value) => JSON.stringify(value) ?? String(value)).join(", ");
  throw new Error(`broken invariant: ${broken}${shown === "" ? "" : ` (${shown})`}`);
}

/** Marks the branch of a switch that the types have already ruled out. */
export function unreachable(value: never): never {
  throw new Error(`broken invariant: unexpected ${JSON.stringify(value)}`);
}
