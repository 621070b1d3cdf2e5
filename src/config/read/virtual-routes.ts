import type { VirtualRoute } from "../../cluster/settings.ts";
import { canonicalAddress } from "../../wire/address.ts";
import type { Statement, Word } from "../tree.ts";
import type { Block } from "./block.ts";
import type { Findings } from "./findings.ts";
import { readScope, readTable } from "./scope.ts";
import { readAddressWithPrefix, readInteger } from "./values.ts";

type Draft = { -readonly [Key in keyof VirtualRoute]?: VirtualRoute[Key] };

/** Takes a word's value into the route; false where the value is bad. */
type Take = (draft: Draft, value: string) => boolean;

const KNOWN = "via, dev, src, metric, table, scope, blackhole and no_track";
const METRIC_MAX = 0xffff_ffff;

const VALUED: Readonly<Record<string, Take>> = {
  to: takeDestination,
  via: takeGateway,
  gw: takeGateway,
  src: (draft, value) => defined(canonicalAddress(value), (source) => (draft.source = source)),
  from: (draft, value) => defined(canonicalAddress(value), (source) => (draft.source = source)),
  dev: (draft, value) => defined(value, (device) => (draft.device = device)),
  metric: takeMetric,
  priority: takeMetric,
  preference: takeMetric,
  table: (draft, value) => defined(readTable(value), (table) => (draft.table = table)),
  scope: (draft, value) => defined(readScope(value), (scope) => (draft.scope = scope)),
};

/** The lines of virtual_routes or static_routes: what of ip-route(8) is carried out. */
export function readRoutes(lines: Block, findings: Findings): readonly VirtualRoute[] {
  return lines.flatMap((line) => readRoute(line, findings) ?? []);
}

/**
 * A route with a word that is not carried out is left out, because it would go another way than
 * the one that is written.
 */
function readRoute(line: Statement, findings: Findings): VirtualRoute | undefined {
  const words = [line.keyword, ...line.arguments];
  const draft: Draft = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word.text === "blackhole") draft.blackhole = true;
    else if (word.text === "no_track") draft.untracked = true;
    else if (word.text in VALUED) {
      const value = words[++at];
      if (value === undefined || !VALUED[word.text]!(draft, value.text)) {
        return refuse(value ?? word, findings);
      }
    } else if (draft.destination !== undefined || !takeDestination(draft, word.text)) {
      return refuse(word, findings);
    }
  }
  const { destination } = draft;
  if (destination === undefined) return refuse(line.keyword, findings);
  return { ...draft, destination: inFamilyOf(draft.gateway ?? draft.source, destination) };
}

function refuse(word: Word, findings: Findings): undefined {
  findings.warn(
    "ROUTE",
    word,
    `A route cannot have "${word.text}" here.`,
    `Use a destination with ${KNOWN}; until then the route is left out.`,
  );
  return undefined;
}

function takeDestination(draft: Draft, value: string): boolean {
  if (value === "default") return defined("default", (text) => (draft.destination = text));
  const network = readAddressWithPrefix(value);
  if (network === undefined) return false;
  draft.destination = `${network.address}/${network.prefix}`;
  return true;
}

function takeGateway(draft: Draft, value: string): boolean {
  return defined(canonicalAddress(value), (gateway) => (draft.gateway = gateway));
}

function takeMetric(draft: Draft, value: string): boolean {
  return defined(readInteger(value, 0, METRIC_MAX), (metric) => (draft.metric = metric));
}

/** "default" is all of the family of its gateway; of IPv4 where nothing says so. */
function inFamilyOf(address: string | undefined, destination: string): string {
  if (destination !== "default") return destination;
  return address?.includes(":") ? "::/0" : "0.0.0.0/0";
}

function defined<T>(value: T | undefined, take: (value: T) => void): boolean {
  if (value === undefined) return false;
  take(value);
  return true;
}
