import { CHECKING_EXPLANATIONS } from "../checking/explanations.ts";
import { LANGUAGE_EXPLANATIONS } from "../language/explanations.ts";
import { LINT_EXPLANATIONS } from "../lint/explanations.ts";
import { READ_EXPLANATIONS } from "../read/explanations.ts";

const EXPLANATIONS = {
  ...LANGUAGE_EXPLANATIONS,
  ...CHECKING_EXPLANATIONS,
  ...READ_EXPLANATIONS,
  ...LINT_EXPLANATIONS,
} as const;

/** All codes that findings have. They are for scripts too, so none is ever renamed. */
export type Code = keyof typeof EXPLANATIONS;

export const CODES = Object.keys(EXPLANATIONS) as readonly Code[];

/** A paragraph about a code; undefined for what is no code. */
export function explain(code: string): string | undefined {
  return CODES.includes(code as Code) ? EXPLANATIONS[code as Code] : undefined;
}
