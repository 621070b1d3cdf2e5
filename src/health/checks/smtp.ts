import { concat } from "../../wire/bytes.ts";
import { bad, type Check, type Dialogue, good, type Turn } from "../check.ts";
import type { CheckTarget } from "../settings.ts";

/** What we say next, and the reply code that is good for what was said before (RFC 5321). */
interface Stage {
  readonly asked: string;
  readonly code: number;
  readonly say?: string;
}

/** A reply of many lines, each of 512 bytes at most (RFC 5321 section 4.5.3.1.5), ends in time. */
const REPLY_MAX = 8192;
const LINE_FEED = 0x0a;

/** SMTP_CHECK: a greeting, HELO and QUIT, each with its good reply (captured: C18, C19). */
export function smtpCheck(target: CheckTarget, helo: string): Check {
  const stages: readonly Stage[] = [
    { asked: "The greeting", code: 220, say: `HELO ${helo}\r\n` },
    { asked: "The reply to HELO", code: 250, say: "QUIT\r\n" },
    { asked: "The reply to QUIT", code: 221 },
  ];
  return {
    by: "exchange",
    transport: { kind: "tcp" },
    target,
    connected: () => ({ next: listen(stages, new Uint8Array()) }),
  };
}

function listen(stages: readonly Stage[], before: Uint8Array): Dialogue {
  const [stage, ...later] = stages as readonly [Stage, ...Stage[]];
  return {
    hear(bytes): Turn {
      const reply = concat(before, bytes);
      const code = replyCode(reply);
      if (code === undefined) {
        if (reply.length > REPLY_MAX) return bad(`${stage.asked} has no end`);
        return { next: listen(stages, reply) };
      }
      if (code !== stage.code) return bad(`${stage.asked} is ${code}, not ${stage.code}`);
      if (stage.say === undefined) return good("The mail server answers");
      const send = new TextEncoder().encode(stage.say);
      return { next: listen(later, new Uint8Array()), send };
    },
    closed: () => ({ fit: false, why: `The connection was closed before: ${stage.asked}` }),
  };
}

/**
 * The code of the last line, which has no hyphen after it (RFC 5321 section 4.2.1); NaN for what
 * is no reply; undefined while there is no last line.
 */
function replyCode(reply: Uint8Array): number | undefined {
  if (reply.at(-1) !== LINE_FEED) return undefined;
  const lines = new TextDecoder("latin1").decode(reply).trimEnd().split(/\r?\n/);
  const last = /^(\d{3})([ -]|$)/.exec(lines.at(-1)!);
  if (last === null) return Number.NaN;
  return last[2] === "-" ? undefined : Number(last[1]);
}
