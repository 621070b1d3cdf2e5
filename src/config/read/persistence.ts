import type { ServiceOptions } from "../../state/rule.ts";
import { canonicalAddress, type Family, familyOf } from "../../wire/address.ts";
import { prefixToNetmask } from "../../wire/network.ts";
import type { Word } from "../tree.ts";
import { type Block, lastOf } from "./block.ts";
import type { Findings } from "./findings.ts";
import { readInteger } from "./values.ts";

/** Seconds: six minutes, where persistence_timeout or a granularity stands alone (K-29). */
const TIMEOUT = 360;
/** LVS_MAX_TIMEOUT of ipvsadm: 31 days. */
const TIMEOUT_MAX = 86_400 * 31;

/** Whether and how long a client stays with its server; undefined for not at all. */
export function readPersistence(
  block: Block,
  family: Family,
  portless: boolean,
  title: string,
  word: Word,
  findings: Findings,
): ServiceOptions["persistence"] {
  const seconds = lastOf(block, "persistence_timeout", ({ arguments: [number] }) =>
    number === undefined ? TIMEOUT : readInteger(number.text, 1, TIMEOUT_MAX),
  );
  const mask = lastOf(block, "persistence_granularity", ({ arguments: [granularity] }) =>
    readMask(granularity?.text ?? "", family),
  );
  if (seconds === undefined && mask === undefined && !portless) return undefined;
  if (seconds === undefined && mask === undefined) {
    findings.warn(
      "PORTLESS",
      word,
      `virtual_server ${title} has no port, which IPVS has for persistent services only.`,
      `Add a port, or persistence_timeout; until then clients stay with a server for ${TIMEOUT} s.`,
    );
  }
  return {
    seconds: seconds ?? TIMEOUT,
    mask: mask ?? (family === 4 ? prefixToNetmask(32, 4) : "128"),
  };
}

function readMask(text: string, family: Family): string | undefined {
  if (family === 6) return readInteger(text, 1, 128)?.toString();
  const mask = canonicalAddress(text);
  return mask !== undefined && familyOf(mask) === 4 ? mask : undefined;
}
