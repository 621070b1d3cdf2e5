/**
 * An expected failure, as a value. Callers match the `code`, people read the `message`.
 *
 * The message says what happened and to what; `fix` says what to do about it.
 */
export interface Fault {
  /** Stable, upper case, for example "SERVICE_EXISTS". */
  readonly code: string;
  readonly message: string;
  readonly fix?: string;
}

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: Fault };

export function success<T>(value: T): Result<T> {
  return { ok: true, value };
}

export function failure(code: string, message: string, fix?: string): { ok: false; fault: Fault } {
  return { ok: false, fault: fix === undefined ? { code, message } : { code, message, fix } };
}

/** The one line that a person reads: what happened, then what to do. */
export function describeFault(fault: Fault): string {
  return fault.fix === undefined ? fault.message : `${fault.message}: ${fault.fix}`;
}
