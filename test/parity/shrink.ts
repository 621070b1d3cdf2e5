/**
 * The shortest list of steps found that still fails: drops runs of them, long ones first, as long
 * as anything goes (Zeller, Hildebrandt: Simplifying and Isolating Failure-Inducing Input, 2002).
 * `fails` runs a list from scratch and must hold for the whole.
 */
export function shrink<T>(steps: readonly T[], fails: (steps: readonly T[]) => boolean): T[] {
  let kept = [...steps];
  for (let run = Math.ceil(kept.length / 2); run >= 1; ) {
    const shorter = dropRuns(kept, run, fails);
    // Single steps are gone through again for as long as one of them goes.
    if (run > 1) run = Math.ceil(run / 2);
    else if (shorter.length === kept.length) run = 0;
    kept = shorter;
  }
  return kept;
}

/** From the end: later steps depend on earlier ones, seldom the other way round. */
function dropRuns<T>(
  steps: readonly T[],
  run: number,
  fails: (steps: readonly T[]) => boolean,
): T[] {
  let kept = [...steps];
  for (let end = kept.length; end > 0; end -= run) {
    const without = [...kept.slice(0, Math.max(0, end - run)), ...kept.slice(end)];
    if (without.length < kept.length && fails(without)) kept = without;
  }
  return kept;
}
