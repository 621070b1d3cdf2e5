/** Before one of these a slash divides; elsewhere it opens a regular expression. */
const ENDS_A_VALUE = /[\w)\]}"'`]$/;
const KEYWORD_BEFORE_REGEXP = /\b(?:return|typeof|case|in|of|await)$/;

const STRING = /^(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`)/;
const COMMENT = /^(?:\/\/[^\n]*|\/\*[\s\S]*?\*\/)/;
const REGEXP = /^\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/;
const PLAIN = /^[^"'`/]+/;

/**
 * TypeScript without its comments, and without the insides of strings and regular expressions
 * unless they are asked for. Lines stay where they are. What stands in a template literal counts as
 * text.
 */
export function codeOf(text: string, keep: { readonly strings: boolean }): string {
  let rest = text;
  let code = "";
  while (rest !== "") {
    const { token, shown } = nextToken(rest, code.trimEnd(), keep.strings);
    code += shown;
    rest = rest.slice(token.length);
  }
  return code;
}

function nextToken(rest: string, before: string, strings: boolean) {
  const comment = COMMENT.exec(rest)?.[0];
  if (comment !== undefined) return { token: comment, shown: blank(comment) };
  const string = STRING.exec(rest)?.[0];
  if (string !== undefined) return { token: string, shown: strings ? string : quoted(string) };
  if (rest.startsWith("/") && opensRegExp(before)) {
    const regexp = REGEXP.exec(rest)?.[0] ?? "/";
    return { token: regexp, shown: strings ? regexp : "/ /" };
  }
  const token = PLAIN.exec(rest)?.[0] ?? rest[0]!;
  return { token, shown: token };
}

function opensRegExp(before: string): boolean {
  return !ENDS_A_VALUE.test(before) || KEYWORD_BEFORE_REGEXP.test(before);
}

function quoted(string: string): string {
  return string[0] + blank(string.slice(1, -1)) + string[0];
}

/** As many lines, with nothing in them. */
function blank(text: string): string {
  return text.replace(/[^\n]+/g, "");
}
