/** A value, or the promise of one: what names a host must wait, what is a number need not. */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value, at once where it is there: a restore of numbers never waits. */
export function when<T, R>(value: Soon<T>, next: (value: T) => R): Soon<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
