import type { VrrpVersion } from "../../cluster/settings.ts";
import { type Block, linesOf, statementsOf, textOf } from "./block.ts";
import type { Findings } from "./findings.ts";

/** RFC 2338 section 5.3.6.2: the authentication data are eight bytes. */
const PASSWORD_BYTES = 8;

/**
 * The password of `authentication`, cut to what an advertisement has room for; undefined where the
 * version has none, or where it is not that of `auth_type PASS`.
 */
export function readPassword(
  instance: Block,
  version: VrrpVersion,
  strict: boolean,
  findings: Findings,
): string | undefined {
  const block = linesOf(instance, "authentication");
  const type = textOf(block, "auth_type");
  if (type === undefined || (type !== "PASS" && type !== "AH")) return undefined;
  const password = textOf(block, "auth_pass");
  const word = statementsOf(block, "auth_type").at(-1)!.arguments[0]!;
  const reason =
    password === undefined
      ? ["there is no auth_pass", "Add a line `auth_pass PASSWORD`"]
      : version === 3
        ? ["VRRP version 3 has none (RFC 9568 section 9)", "Take the block out"]
        : type === "AH"
          ? ["AH is not spoken here", "Use `auth_type PASS` on all routers"]
          : strict
            ? ["strict mode allows none (RFC 3768)", "Take the block or strict mode out"]
            : undefined;
  if (reason === undefined) return cut(password!);
  findings.warn(
    "AUTHENTICATION_IGNORED",
    word,
    `Authentication is ignored: ${reason[0]}.`,
    `${reason[1]}; until then advertisements carry no password.`,
  );
  return undefined;
}

function cut(password: string): string {
  const bytes = new TextEncoder().encode(password).subarray(0, PASSWORD_BYTES);
  // A character that is cut in two becomes nothing rather than something else.
  return new TextDecoder().decode(bytes, { stream: true });
}
