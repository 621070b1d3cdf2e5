import type {
  CheckSettings,
  CheckTarget,
  CheckTiming,
  Conversation,
} from "../../health/settings.ts";
import type { Statement } from "../tree.ts";
import { addressOf, type Block, integerOf, statementsOf, switchOf, textOf } from "./block.ts";
import { readDns, readFile, readMisc, readSmtp, readUdp } from "./conversations.ts";
import type { Findings } from "./findings.ts";
import { readHttp } from "./http.ts";
import { type Inherited, inherit } from "./inherited.ts";
import type { Trackables } from "./track.ts";
import { SECOND } from "./values.ts";

/** The real server that is checked, and what stands around its block. */
export interface CheckSurroundings {
  readonly address: string;
  readonly port: number;
  readonly inherited: Inherited;
  readonly trackables: Trackables;
  readonly logsAllFailures: boolean;
}

/** Defaults that differ among checkers (keepalived.conf(5), retry and delay_before_retry). */
interface Checker {
  readonly retry: number;
  /** Absent: delay_loop. */
  readonly delayBeforeRetry?: number;
  /** Nothing where the check cannot be, which is a finding then. */
  readonly read: (
    statement: Statement,
    surroundings: CheckSurroundings,
    timing: CheckTiming,
    findings: Findings,
  ) => Conversation | undefined;
  /** It does not talk to the server, so that it needs no port. */
  readonly portless?: true;
}

const PLAIN = { retry: 1, delayBeforeRetry: SECOND };
const DELAY_LOOP = 60 * SECOND;
const CONNECT_TIMEOUT = 5 * SECOND;

const CHECKERS: Readonly<Record<string, Checker>> = {
  TCP_CHECK: { ...PLAIN, read: () => ({ kind: "tcp" }) },
  HTTP_GET: { ...PLAIN, delayBeforeRetry: 3 * SECOND, read: http },
  SSL_GET: { ...PLAIN, delayBeforeRetry: 3 * SECOND, read: http },
  SMTP_CHECK: { ...PLAIN, read: ({ block = [] }) => readSmtp(block) },
  DNS_CHECK: { retry: 3, read: ({ block = [] }) => readDns(block) },
  UDP_CHECK: { ...PLAIN, read: ({ block = [] }) => readUdp(block) },
  PING_CHECK: { ...PLAIN, read: () => ({ kind: "ping" }), portless: true },
  MISC_CHECK: {
    ...PLAIN,
    retry: 0,
    read: (statement, _, { delayLoop }, findings) => readMisc(statement, delayLoop, findings),
    portless: true,
  },
  FILE_CHECK: {
    ...PLAIN,
    read: (statement, { trackables }, _, findings) => readFile(statement, trackables, findings),
    portless: true,
  },
};

/** All checks of a real server's block, in the order of the file. */
export function readChecks(
  realServer: Block,
  surroundings: CheckSurroundings,
  findings: Findings,
): readonly CheckSettings[] {
  return realServer.flatMap((statement) => {
    const checker = CHECKERS[statement.keyword.text];
    return checker === undefined ? [] : readCheck(statement, checker, surroundings, findings);
  });
}

function readCheck(
  statement: Statement,
  checker: Checker,
  surroundings: CheckSurroundings,
  findings: Findings,
): readonly CheckSettings[] {
  const block = statement.block ?? [];
  const own = inherit(withOldRetry(statement), surroundings.inherited);
  const timing = timingOf(checker, own);
  const conversation = checker.read(statement, surroundings, timing, findings);
  if (conversation === undefined) return [];
  // SMTP_CHECK may name hosts besides, each of which must answer too.
  const hosts = conversation.kind === "smtp" ? statementsOf(block, "host") : [];
  const blocks = [block, ...hosts.map((host) => [...block, ...(host.block ?? [])])];
  const targets = blocks.map((lines) => targetOf(lines, inherit(lines, own), surroundings));
  if (targets.some(({ port }) => port === 0) && checker.portless === undefined) {
    findings.warn(
      "CHECK_WITHOUT_PORT",
      statement.keyword,
      `${statement.keyword.text} of ${surroundings.address} has no port to go to.`,
      "Add a line `connect_port PORT`; until then there is no such check.",
    );
    return [];
  }
  return targets.map((target) => ({
    target,
    timing,
    conversation,
    alpha: own.alpha ?? false,
    logsAllFailures: switchOf(block, "log_all_failures") ?? surroundings.logsAllFailures,
  }));
}

function http(
  statement: Statement,
  { inherited }: CheckSurroundings,
  _: CheckTiming,
  findings: Findings,
): Conversation | undefined {
  return readHttp(statement, inherited.virtualHost, findings);
}

/** nb_get_retry is what retry was called in HTTP_GET and SSL_GET, and in no other. */
function withOldRetry({ keyword, block = [] }: Statement): Block {
  if (keyword.text !== "HTTP_GET" && keyword.text !== "SSL_GET") return block;
  return block.map((line) =>
    line.keyword.text === "nb_get_retry"
      ? { ...line, keyword: { ...line.keyword, text: "retry" } }
      : line,
  );
}

function timingOf(checker: Checker, own: Inherited): CheckTiming {
  const delayLoop = own.delayLoop ?? DELAY_LOOP;
  return {
    delayLoop,
    retry: own.retry ?? checker.retry,
    delayBeforeRetry: own.delayBeforeRetry ?? checker.delayBeforeRetry ?? delayLoop,
    warmup: own.warmup ?? delayLoop,
  };
}

function targetOf(block: Block, own: Inherited, { address, port }: CheckSurroundings): CheckTarget {
  const bindAddress = addressOf(block, "bindto");
  const bindPort = integerOf(block, "bind_port", 1, 65535);
  const bindInterface = textOf(block, "bind_if");
  const mark = integerOf(block, "fwmark", 0, 0xffff_ffff);
  return {
    address: addressOf(block, "connect_ip") ?? address,
    port: integerOf(block, "connect_port", 1, 65535) ?? port,
    ...(bindAddress === undefined ? {} : { bindAddress }),
    ...(bindPort === undefined ? {} : { bindPort }),
    ...(bindInterface === undefined ? {} : { bindInterface }),
    ...(mark === undefined ? {} : { mark }),
    connectTimeout: own.connectTimeout ?? CONNECT_TIMEOUT,
  };
}
