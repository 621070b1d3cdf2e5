import { md5 } from "../../base/md5.ts";
import { hex } from "../../wire/bytes.ts";
import type { Verdict } from "../check.ts";
import type { UrlSettings } from "../settings.ts";
import { compileRegex } from "./regex.ts";

/** What the head of an answer says. */
export interface Page {
  readonly status: number;
  /** Content-Length, if it has one. */
  readonly length?: number;
}

/** Bytes in the order in which they came, the last ones first; none are kept that nobody wants. */
export interface Body {
  readonly length: number;
  readonly last?: Uint8Array;
  readonly before?: Body;
}

/** A regular expression that a server's page makes slow must not hold up all other checks. */
const SEARCHED_MAX = 65_536;

const DEFAULT_STATUS = [{ from: 200, to: 299 }];

/** Status, then regex, then digest: all that the url asks for must be so. */
export function judgePage(url: UrlSettings, page: Page, body: Body): Verdict {
  const ranges = url.statusCodes ?? (url.digest === undefined ? DEFAULT_STATUS : undefined);
  const { status } = page;
  if (ranges !== undefined && !ranges.some(({ from, to }) => status >= from && status <= to)) {
    return { fit: false, why: `The answer to ${url.path} has status ${status}` };
  }
  const isGood = { fit: true, why: `The answer to ${url.path} is good (status ${status})` };
  if (url.regex === undefined && url.digest === undefined) return isGood;
  const bytes = whole(body);
  if (url.regex !== undefined) {
    const regex = compileRegex(url.regex, url.regexOptions);
    if (!regex.ok) return { fit: false, why: regex.fault.message };

    const searched = new TextDecoder(regex.value.unicode ? "utf-8" : "latin1").decode(
      bytes.subarray(0, SEARCHED_MAX),
    );
    if (regex.value.test(searched) === url.regexMustNotMatch) {
      const does = url.regexMustNotMatch ? "matches" : "does not match";
      return { fit: false, why: `The answer to ${url.path} ${does} the regular expression` };
    }
  }
  if (url.digest !== undefined) {
    const digest = hex(md5(bytes));
    if (digest !== url.digest) {
      return { fit: false, why: `The answer to ${url.path} has MD5 ${digest}` };
    }
  }
  return isGood;
}

function whole(body: Body): Uint8Array {
  const bytes = new Uint8Array(body.length);
  for (let part: Body | undefined = body; part !== undefined; part = part.before) {
    if (part.last !== undefined) bytes.set(part.last, part.length - part.last.length);
  }
  return bytes;
}
