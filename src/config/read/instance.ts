import type { InstanceSettings, VirtualAddress, VrrpVersion } from "../../cluster/settings.ts";
import { type Family, familyOf } from "../../wire/address.ts";
import type { Statement, Word } from "../tree.ts";
import {
  type Block,
  has,
  integerOf,
  linesOf,
  secondsOf,
  statementsOf,
  switchOf,
  textOf,
} from "./block.ts";
import type { Findings } from "./findings.ts";
import type { Defaults } from "./globals.ts";
import { readGratuitous } from "./gratuitous.ts";
import { readNotify } from "./notify.ts";
import { readPassword } from "./password.ts";
import { readTracks, type Trackables } from "./track.ts";
import { readUnicast, SOURCE } from "./unicast.ts";
import { SECOND } from "./values.ts";
import { familyOfLines, linesOfFamily, readAddresses } from "./virtual-addresses.ts";
import { readRoutes } from "./virtual-routes.ts";

/** What instances are read against: everything that stands outside their blocks. */
export interface InstanceSurroundings {
  readonly globals: Block;
  readonly garpGroups: readonly Block[];
  readonly defaults: Defaults;
  readonly trackables: Trackables;
}

const EXCLUDED = "virtual_ipaddress_excluded";
/** RFC 9568 section 5.2.5: the number of addresses is one byte. */
const ADDRESSES_MAX = 255;
const MOVE = "Move it to virtual_ipaddress_excluded, or to an instance of its own";
const OWNER = 255;
const CENTISECOND = SECOND / 100;
/** RFC 9568 section 5.2.7: twelve bits of centiseconds. */
const V3_INTERVAL_MAX = 4095 * CENTISECOND;

/** A vrrp_instance; undefined where it cannot exist, which is a finding. */
export function readInstance(
  statement: Statement,
  surroundings: InstanceSurroundings,
  findings: Findings,
): InstanceSettings | undefined {
  const [name, block] = [statement.arguments[0], statement.block ?? []];
  if (name === undefined) return undefined;
  const router = integerOf(block, "virtual_router_id", 1, 255);
  const device = textOf(block, "interface");
  if (router === undefined || device === undefined) return incomplete(name, block, findings);

  const { globals, garpGroups, defaults, trackables } = surroundings;
  const { vrrp } = defaults;
  const strict = switchOf(block, "strict_mode") ?? vrrp.strict;
  const family = instanceFamily(block);
  const version = instanceVersion(block, family, vrrp.version, findings);
  const priority = integerOf(block, "priority", 1, OWNER) ?? 100;
  const password = readPassword(block, version, strict, findings);
  const garp = readGratuitous(block, globals, garpGroups, device);
  return {
    name: name.text,
    family,
    version,
    interface: device,
    router,
    ...readStart(block, priority, strict),
    priority,
    advertInterval: readInterval(block, version, findings),
    ...readUnicast(
      block,
      name,
      family,
      { group: family === 4 ? vrrp.group4 : vrrp.group6, checks: vrrp.checkUnicastSource },
      findings,
    ),
    ...(password === undefined ? {} : { password }),
    checksumWithoutPseudoHeader:
      switchOf(block, "v3_checksum_as_v2") ?? vrrp.checksumWithoutPseudoHeader,
    ...readHeld(block, name, family, findings),
    acceptMode: readAcceptMode(block, priority, strict),
    lowerPriorityNoAdvert:
      strict || (switchOf(block, "lower_prio_no_advert") ?? vrrp.lowerPriorityNoAdvert ?? false),
    higherPrioritySendsAdvert:
      !strict && (switchOf(block, "higher_prio_send_advert") ?? vrrp.higherPrioritySendsAdvert),
    downTimerAdverts: integerOf(block, "down_timer_adverts", 1, 100) ?? vrrp.downTimerAdverts,
    skipAddressCheck: switchOf(block, "skip_check_adv_addr") ?? vrrp.skipAddressCheck,
    garp: strict ? { ...garp, lowerPriorityRepeat: 0 } : garp,
    tracks: readTracks(block, trackables, `vrrp_instance ${name.text}`, findings).filter(
      // The instance minds its own interface anyway, and its weight would never count.
      (track) => track.kind !== "interface" || track.name !== device,
    ),
    ignoresOwnInterface: switchOf(block, "dont_track_primary") ?? false,
    notify: readNotify(block),
    mails: switchOf(block, "smtp_alert") ?? defaults.mails.vrrp,
    notifiesPriority: switchOf(block, "notify_priority_changes") ?? vrrp.notifiesPriority,
  };
}

/** A word that stands there with a bad value is the finding of who checks values. */
function incomplete(name: Word, block: Block, findings: Findings): undefined {
  for (const missing of ["virtual_router_id", "interface"]) {
    if (has(block, missing)) continue;
    findings.warn(
      "INSTANCE_INCOMPLETE",
      name,
      `vrrp_instance ${name.text} has no ${missing}.`,
      `Add a line \`${missing}\` with its value; until then the instance does not exist.`,
    );
  }
  return undefined;
}

/** The family of the first address that the block names, in the order of the file. */
function instanceFamily(block: Block): Family {
  for (const statement of block) {
    const { keyword, arguments: words, block: lines } = statement;
    if (keyword.text === "native_ipv6") return 6;
    const family = SOURCE.includes(keyword.text)
      ? familyOf(words[0]?.text ?? "")
      : ["virtual_ipaddress", "unicast_peer"].includes(keyword.text)
        ? familyOfLines(lines ?? [])
        : undefined;
    if (family !== undefined) return family;
  }
  return 4;
}

/** IPv6 has come with version 3 (RFC 5798), so that no other is spoken there. */
function instanceVersion(
  block: Block,
  family: Family,
  fallback: VrrpVersion,
  findings: Findings,
): VrrpVersion {
  const version = integerOf(block, "version", 2, 3);
  if (family === 4) return version === undefined ? fallback : version === 3 ? 3 : 2;
  if (version === 2) {
    findings.warn(
      "VERSION_2_IPV6",
      statementsOf(block, "version").at(-1)!.keyword,
      "VRRP version 2 knows no IPv6, so that version 3 is spoken.",
      "Write `version 3`, and use it on all routers of this virtual router.",
    );
  }
  return 3;
}

/** keepalived.conf(5): nopreempt and preempt_delay are for those that start as backup. */
function readStart(
  block: Block,
  priority: number,
  strict: boolean,
): Pick<InstanceSettings, "startState" | "preempt" | "preemptDelay"> {
  const startState = textOf(block, "state") === "MASTER" ? "master" : "backup";
  const last = statementsOf(block, ["preempt", "nopreempt"]).at(-1)?.keyword.text;
  const preempt = last !== "nopreempt" || startState === "master" || priority === OWNER;
  const delay = secondsOf(block, "preempt_delay", 0, 1000) ?? 0;
  const delays = preempt && startState === "backup" && !strict;
  return { startState, preempt, preemptDelay: delays ? delay : 0 };
}

function readInterval(block: Block, version: VrrpVersion, findings: Findings): number {
  const interval = secondsOf(block, "advert_int", 0.01, 255) ?? SECOND;
  const unit = version === 2 ? SECOND : CENTISECOND;
  const whole = Math.max(unit, Math.round(interval / unit) * unit);
  const taken = version === 2 ? whole : Math.min(whole, V3_INTERVAL_MAX);
  if (taken === interval) return taken;
  const word = statementsOf(block, "advert_int").at(-1)!.keyword;
  const counts = version === 2 ? "whole seconds" : "hundredths of a second up to 40.95";
  findings.warn(
    "ADVERT_INTERVAL",
    word,
    `VRRP version ${version} counts ${counts}, so that advert_int becomes ${taken / SECOND}.`,
    version === 2 ? "Write whole seconds, or `version 3`." : "Write a number that it can count.",
  );
  return taken;
}

/** What the master holds. What an advertisement has no room for is held without being in it. */
function readHeld(
  block: Block,
  name: Word,
  family: Family,
  findings: Findings,
): Pick<InstanceSettings, "addresses" | "excluded" | "routes"> {
  const title = `vrrp_instance ${name.text}`;
  const written = linesOf(block, "virtual_ipaddress");
  const lines = linesOfFamily(written, family, title, MOVE, findings);
  const addresses: readonly VirtualAddress[] = readAddresses(lines, findings);
  if (written.length === 0 && !has(block, "no_virtual_ipaddress")) {
    findings.warn(
      "INSTANCE_WITHOUT_ADDRESS",
      name,
      `${title} has no virtual address.`,
      "Add a virtual_ipaddress block with the addresses that it is for.",
    );
  }
  if (addresses.length > ADDRESSES_MAX) {
    findings.warn(
      "TOO_MANY_ADDRESSES",
      name,
      `${title} has ${addresses.length} addresses, and an advertisement has room for 255.`,
      `Move some to ${EXCLUDED}; those after the 255th are treated so.`,
    );
  }
  return {
    addresses: addresses.slice(0, ADDRESSES_MAX),
    excluded: [
      ...addresses.slice(ADDRESSES_MAX),
      ...readAddresses(linesOf(block, EXCLUDED), findings),
    ],
    routes: readRoutes(linesOf(block, "virtual_routes"), findings),
  };
}

/** keepalived.conf(5), vrrp_strict: without a word on it, only the owner accepts. */
function readAcceptMode(block: Block, priority: number, strict: boolean): boolean {
  const last = statementsOf(block, ["accept", "no_accept"]).at(-1)?.keyword.text;
  if (last !== undefined) return last === "accept";
  return !strict || priority === OWNER;
}
