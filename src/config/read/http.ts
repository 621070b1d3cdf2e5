import { compileRegex } from "../../health/checks/regex.ts";
import type { Conversation, UrlSettings } from "../../health/settings.ts";
import type { Statement, Word } from "../tree.ts";
import { type Block, has, lastOf, statementsOf, switchOf, textOf } from "./block.ts";
import type { Findings } from "./findings.ts";
import { readInteger } from "./values.ts";

type Http = Extract<Conversation, { kind: "http" }>;

/** The faults of compileRegex(). */
type RegexCode = "REGEX_OPTION" | "REGEX_SYNTAX" | "REGEX_DIALECT";

const VERSIONS: readonly string[] = ["1.0", "1.0C", "1.1"] satisfies readonly Http["version"][];

/** HTTP_GET or SSL_GET; undefined without a url that names a path. */
export function readHttp(
  statement: Statement,
  inheritedHost: string | undefined,
  findings: Findings,
): Http | undefined {
  const { keyword, block = [] } = statement;
  const urls = statementsOf(block, "url").flatMap((url) => readUrl(url, findings) ?? []);
  if (urls.length === 0) {
    // One without a path has a finding of its own.
    if (has(block, "url")) return undefined;
    findings.warn(
      "CHECK_WITHOUT_URL",
      keyword,
      `${keyword.text} names no url.`,
      "Add `url {`, a line `path /` and `}`; until then there is no such check.",
    );
    return undefined;
  }
  const virtualHost = textOf(block, "virtualhost") ?? inheritedHost;
  const version = textOf(block, "http_protocol") ?? "";
  const named = textOf(block, "sni_name") ?? (has(block, "enable_sni") ? virtualHost : undefined);
  return {
    kind: "http",
    tls: keyword.text === "SSL_GET",
    urls,
    ...(virtualHost === undefined ? {} : { virtualHost }),
    version: VERSIONS.includes(version) ? (version as Http["version"]) : "1.0",
    ...(named === undefined ? {} : { serverName: named }),
    fastRecovery: switchOf(block, "fast_recovery") ?? false,
  };
}

function readUrl({ keyword, block = [] }: Statement, findings: Findings): UrlSettings | undefined {
  const path = textOf(block, "path");
  if (path === undefined) {
    findings.warn(
      "URL_WITHOUT_PATH",
      keyword,
      "A url names no path.",
      "Add a line `path /`; until then the url is left out.",
    );
    return undefined;
  }
  const digest = lastOf(block, "digest", ({ arguments: [word] }) => {
    const text = word?.text.toLowerCase() ?? "";
    return /^[0-9a-f]{32}$/.test(text) ? text : undefined;
  });
  const statusCodes = readStatusCodes(block);
  const virtualHost = textOf(block, "virtualhost");
  const regex = textOf(block, "regex");
  const regexOptions = statementsOf(block, "regex_options").flatMap((line) => line.arguments);
  warnOfRegex(block, regexOptions, findings);
  return {
    path,
    ...(digest === undefined ? {} : { digest }),
    ...(statusCodes.length === 0 ? {} : { statusCodes }),
    ...(virtualHost === undefined ? {} : { virtualHost }),
    ...(regex === undefined ? {} : { regex }),
    regexOptions: regexOptions.map(({ text }) => text),
    regexMustNotMatch: has(block, "regex_no_match"),
  };
}

/** One that cannot be looked for is a real server that is never fit. */
function warnOfRegex(block: Block, options: readonly Word[], findings: Findings): void {
  const [regex] = statementsOf(block, "regex").at(-1)?.arguments ?? [];
  if (regex === undefined) return;
  const compiled = compileRegex(
    regex.text,
    options.map(({ text }) => text),
  );
  if (compiled.ok) return;
  const { code, message, fix = "" } = compiled.fault;
  const unknown = options.find(({ text }) => !compileRegex("", [text]).ok);
  findings.warn(
    code as RegexCode,
    unknown ?? regex,
    `${message}.`,
    `${fix.charAt(0).toUpperCase()}${fix.slice(1)}; until then the real server is never fit.`,
  );
}

/** Of `status_code 200-299 400 503`, those that are codes. */
function readStatusCodes(block: Block): { from: number; to: number }[] {
  const words = statementsOf(block, "status_code").flatMap((line) => line.arguments);
  return words.flatMap(({ text }) => {
    const [first, last = first, ...rest] = text.split("-");
    const [from, to] = [readInteger(first!, 100, 599), readInteger(last!, 100, 599)];
    if (from === undefined || to === undefined || to < from || rest.length > 0) return [];
    return { from, to };
  });
}
