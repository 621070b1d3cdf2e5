import { concat } from "../../wire/bytes.ts";
import { bad, type Check, type Dialogue, type Turn, type Verdict } from "../check.ts";
import type { CheckTarget, Conversation, UrlSettings } from "../settings.ts";
import { type Body, judgePage, type Page } from "./page.ts";

type HttpSettings = Extract<Conversation, { kind: "http" }>;

/** Status line and headers; servers themselves take no more than this of us. */
const HEAD_MAX = 16_384;

/**
 * HTTP_GET and SSL_GET, one of their urls: GET and the whole answer, which ends where the server
 * closes or where Content-Length says (captured: C1 to C10). A chunked body is taken as it comes:
 * that is what genhash(1) makes digests of.
 */
export function httpCheck(target: CheckTarget, settings: HttpSettings, url: UrlSettings): Check {
  const { tls, serverName } = settings;
  const sni = serverName === undefined ? {} : { serverName };
  return {
    by: "exchange",
    transport: tls ? { kind: "tls", ...sni } : { kind: "tcp" },
    target,
    connected: () => ({
      next: readHead(url, new Uint8Array()),
      send: new TextEncoder().encode(request(target, settings, url)),
    }),
  };
}

function request(target: CheckTarget, settings: HttpSettings, url: UrlSettings): string {
  const { address, port } = target;
  const literal = address.includes(":") ? `[${address}]` : address;
  const host = url.virtualHost ?? settings.virtualHost ?? `${literal}:${port}`;
  const lines = [
    `GET ${url.path} HTTP/${settings.version === "1.1" ? "1.1" : "1.0"}`,
    "User-Agent: KeepAliveClient",
    ...(settings.version === "1.0" ? [] : ["Connection: close"]),
    `Host: ${host}`,
  ];
  return `${lines.join("\r\n")}\r\n\r\n`;
}

function readHead(url: UrlSettings, before: Uint8Array): Dialogue {
  return {
    hear(bytes): Turn {
      const received = concat(before, bytes);
      const end = endOfHead(received);
      if (end === undefined) {
        if (received.length > HEAD_MAX) return bad("The headers of the answer have no end");
        return { next: readHead(url, received) };
      }
      const head = new TextDecoder("latin1").decode(received.subarray(0, end));
      // RFC 9112 section 4.
      const status = /^HTTP\/\d\.\d (\d{3})(?: |\r|$)/m.exec(head.split("\n", 1)[0]!);
      if (status === null) return bad("The answer is not HTTP");
      const page = { status: Number(status[1]), ...contentLength(head) };
      const keeps = url.digest !== undefined || url.regex !== undefined;
      const rest = { page, keeps, body: { length: 0 } };
      return readBody(url, rest).hear(received.subarray(end));
    },
    closed: () => ({ fit: false, why: "The connection was closed before the answer" }),
  };
}

interface Reading {
  readonly page: Page;
  /** Whether anybody wants the bytes of the body. */
  readonly keeps: boolean;
  readonly body: Body;
}

function readBody(url: UrlSettings, { page, keeps, body }: Reading): Dialogue {
  return {
    hear(bytes): Turn {
      const wanted = (page.length ?? Number.POSITIVE_INFINITY) - body.length;
      const taken = bytes.subarray(0, wanted);
      const length = body.length + taken.length;
      const longer = keeps ? { length, last: taken, before: body } : { length };
      if (taken.length === wanted) return { verdict: judgePage(url, page, longer) };
      return { next: readBody(url, { page, keeps, body: longer }) };
    },
    closed(): Verdict {
      if (page.length === undefined) return judgePage(url, page, body);
      const why = `The answer ended after ${body.length} of ${page.length} bytes`;
      return { fit: false, why };
    },
  };
}

/** Where the body begins; lines may end without CR (RFC 9112 section 2.2). */
function endOfHead(bytes: Uint8Array): number | undefined {
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at + 1] === LF) return at + 2;
    if (bytes[at + 1] === CR && bytes[at + 2] === LF) return at + 3;
  }
  return undefined;
}

const LF = 0x0a;
const CR = 0x0d;

/** Of a chunked answer it says nothing (RFC 9112 section 6.3). */
function contentLength(head: string): { readonly length?: number } {
  if (/^transfer-encoding:/im.test(head)) return {};
  const length = /^content-length:[ \t]*(\d{1,15})[ \t]*\r?$/im.exec(head)?.[1];
  return length === undefined ? {} : { length: Number(length) };
}
