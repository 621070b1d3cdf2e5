import { failure, type Result, success } from "../../base/fault.ts";

/**
 * Options of PCRE2 and the flags of JavaScript's expressions that are the same. Those without a
 * flag are heeded below, are what these expressions always do, or do not change whether something
 * matches.
 */
const OPTION_FLAGS: Readonly<Record<string, string>> = {
  caseless: "i",
  multiline: "m",
  dotall: "s",
  utf: "u",
  ucp: "u",
  allow_empty_class: "",
  alt_bsux: "",
  match_unset_backref: "",
  dollar_endonly: "",
  never_backslash_c: "",
  never_utf: "",
  never_ucp: "",
  auto_callout: "",
  no_auto_possess: "",
  no_dotstar_anchor: "",
  no_start_optimize: "",
  use_offset_limit: "",
  ungreedy: "",
  no_auto_capture: "",
  alt_verbnames: "",
};

/** `(?im)` before everything else is options too (pcre2pattern(3), internal option setting). */
const LEADING_OPTIONS = /^\(\?([ims]+)\)/;

/** Letters and digits that mean the same behind a backslash in both languages. */
const SAME_ESCAPES = /^[dDwWsSbBfnrtcxuk0-9]$/;
const PROPERTIES = /^[pP]$/;
const LETTER = /^[A-Za-z]$/;
const POSIX_CLASS = /^\[[:.=]\^?[a-z]+[:.=]\]/;

/**
 * An expression of keepalived.conf, which is PCRE2's, in JavaScript's own language, which is nearly
 * that (pcre2pattern(3); ECMA-262 section 22.2).
 *
 * Faults: REGEX_OPTION for options that it has not, REGEX_SYNTAX for what it cannot read, and
 * REGEX_DIALECT for what it reads as something else.
 */
export function compileRegex(source: string, options: readonly string[]): Result<RegExp> {
  const unknown = options.find((option) => !Object.hasOwn(OPTION_FLAGS, option));
  if (unknown !== undefined) {
    const known = Object.keys(OPTION_FLAGS).join(", ");
    return failure(
      "REGEX_OPTION",
      `There is no regex option "${unknown}"`,
      `take some of ${known}`,
    );
  }
  const leading = LEADING_OPTIONS.exec(source);
  const flags = new Set([
    ...options.map((option) => OPTION_FLAGS[option]!),
    ...(leading?.[1] ?? ""),
  ]);
  const translated = translate(source.slice(leading?.[0].length ?? 0), {
    unicode: flags.has("u"),
    emptyClass: options.includes("allow_empty_class"),
    // Without it and without multiline, $ is also before a newline that ends the page.
    dollar: flags.has("m") || options.includes("dollar_endonly") ? "$" : "(?=\\n?$)",
  });
  if (!translated.ok) return translated;
  try {
    return success(new RegExp(translated.value, [...flags].join("")));
  } catch (error) {
    // "Invalid regular expression: /…/: Nothing to repeat", with what it was translated to.
    const because = String(error).split(": ").at(-1);
    const fix = "write it without what only PCRE2 has, such as a++, (?>a), (?P<name>a) and (?R)";
    return failure("REGEX_SYNTAX", `The regex cannot be read: ${because}`, fix);
  }
}

interface Dialect {
  readonly unicode: boolean;
  /** Whether `[]` is a class of its own, or `]` behind the bracket the first of its characters. */
  readonly emptyClass: boolean;
  readonly dollar: string;
}

function translate(source: string, dialect: Dialect): Result<string> {
  let text = "";
  let inClass = false;
  for (let at = 0; at < source.length; at++) {
    const char = source[at]!;
    const rest = source.slice(at);
    if (char === "\\") {
      const escaped = source[at + 1] ?? "";
      if (meansOther(escaped, rest, dialect)) return otherMeaning(`\\${escaped}`);
      text += char + escaped;
      at++;
    } else if (inClass) {
      const posix = POSIX_CLASS.exec(rest);
      if (posix !== null) return otherMeaning(posix[0]);
      inClass = char !== "]";
      text += char;
    } else if (char === "[") {
      const empty = /^\[\^?\]/.exec(rest);
      if (empty !== null && !dialect.emptyClass) return otherMeaning(empty[0]);
      inClass = true;
      text += char;
    } else {
      text += char === "$" ? dialect.dollar : char;
    }
  }
  return success(text);
}

/** Without the flag "u" JavaScript takes a letter that it does not know for itself. */
function meansOther(escaped: string, rest: string, { unicode }: Dialect): boolean {
  if (rest.startsWith("\\x{")) return true;
  if (unicode && PROPERTIES.test(escaped)) return false;
  return LETTER.test(escaped) && !SAME_ESCAPES.test(escaped);
}

function otherMeaning(what: string): Result<never> {
  const message = `The regex has ${what}, which is something else in JavaScript's expressions`;
  const fix =
    "write what it stands for: characters as [A-Za-z], code points as \\x41, the ends as ^ and " +
    "$; \\p{…} works with `regex_options utf`";
  return failure("REGEX_DIALECT", message, fix);
}
