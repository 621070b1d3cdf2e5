import type { FifoSettings, GlobalSettings, MailSettings } from "../configuration.ts";
import type { Statement } from "../tree.ts";
import {
  type Block,
  has,
  integerOf,
  lastOf,
  secondsOf,
  statementsOf,
  switchOf,
  textOf,
  wordsIn,
} from "./block.ts";
import { notifierOf } from "./program.ts";
import { readInteger, SECOND } from "./values.ts";

const SMTP_PORT = 25;
const SMTP_TIMEOUT = 30 * SECOND;
const SCRIPT_TIMEOUT = 10 * SECOND;
/** The most seconds that IPVS keeps a connection: LVS_MAX_TIMEOUT, 31 days. */
const TIMEOUT_MAX = 86_400 * 31;

/** What global_defs decides for the whole daemon: keepalived.conf(5), Global definitions. */
export function readGlobals(block: Block): GlobalSettings {
  const routerId = textOf(block, "router_id");
  const startupScript = timedScript(block, "startup_script");
  const shutdownScript = timedScript(block, "shutdown_script");
  const [user, group] = statementsOf(block, "script_user").at(-1)?.arguments ?? [];
  const timeouts = lastOf(block, "lvs_timeouts", readTimeouts);
  return {
    ...(routerId === undefined ? {} : { routerId }),
    mail: readMail(block),
    fifos: readFifos(block),
    ...(startupScript === undefined ? {} : { startupScript }),
    ...(shutdownScript === undefined ? {} : { shutdownScript }),
    scriptSecurity: has(block, "enable_script_security"),
    ...(user === undefined ? {} : { scriptUser: userOf(user.text, group?.text) }),
    flush: has(block, "lvs_flush"),
    flushOnStop: readFlushOnStop(block),
    ...(timeouts === undefined ? {} : { timeouts }),
    startupDelay: secondsOf(block, "vrrp_startup_delay") ?? 0,
    initialNotifies: has(block, "rs_init_notifies"),
  };
}

function readFlushOnStop(block: Block): GlobalSettings["flushOnStop"] {
  const words = ["lvs_flush_on_stop", "lvs_flush_onstop"];
  const last = words.flatMap((name) => statementsOf(block, name)).at(-1);
  if (last === undefined) return false;
  return last.arguments[0]?.text === "VS" ? "configured" : "all";
}

function userOf(user: string, group: string | undefined): { user: string; group?: string } {
  return group === undefined ? { user } : { user, group };
}

function readMail(block: Block): MailSettings {
  const from = textOf(block, "notification_email_from");
  const helo = textOf(block, "smtp_helo_name");
  const server = lastOf(block, "smtp_server", ({ arguments: [host, port] }) => {
    if (host === undefined) return undefined;
    return { host: host.text, port: readInteger(port?.text ?? "", 1, 65535) ?? SMTP_PORT };
  });
  return {
    to: wordsIn(block, "notification_email").map(({ text }) => text),
    ...(from === undefined ? {} : { from }),
    ...(server === undefined ? {} : { server }),
    ...(helo === undefined ? {} : { helo }),
    connectTimeout: secondsOf(block, "smtp_connect_timeout", 1) ?? SMTP_TIMEOUT,
  };
}

function readFifos(block: Block): GlobalSettings["fifos"] {
  const all = readFifo(block, "notify_fifo");
  const vrrp = readFifo(block, "vrrp_notify_fifo");
  const virtualServers = readFifo(block, "lvs_notify_fifo");
  return {
    ...(all === undefined ? {} : { all }),
    ...(vrrp === undefined ? {} : { vrrp }),
    ...(virtualServers === undefined ? {} : { virtualServers }),
  };
}

function readFifo(block: Block, name: string): FifoSettings | undefined {
  const path = textOf(block, name);
  const script = notifierOf(block, `${name}_script`);
  if (path === undefined) return undefined;
  return script === undefined ? { path } : { path, script };
}

function timedScript(block: Block, name: string): GlobalSettings["startupScript"] {
  const script = notifierOf(block, name);
  if (script === undefined) return undefined;
  return { ...script, timeout: secondsOf(block, `${name}_timeout`, 1, 1000) ?? SCRIPT_TIMEOUT };
}

/** `[tcp SECS] [tcpfin SECS] [udp SECS]`; 0, as for ipvsadm --set, for what is not named. */
function readTimeouts({ arguments: words }: Statement): GlobalSettings["timeouts"] {
  const seconds = (name: string): number => {
    const at = words.findIndex(({ text }) => text === name);
    return at < 0 ? 0 : (readInteger(words[at + 1]?.text ?? "", 1, TIMEOUT_MAX) ?? 0);
  };
  const timeouts = { tcp: seconds("tcp"), tcpFin: seconds("tcpfin"), udp: seconds("udp") };
  return Object.values(timeouts).some((value) => value > 0) ? timeouts : undefined;
}

/** What global_defs decides where an instance or a virtual server does not. */
export interface Defaults {
  readonly vrrp: VrrpDefaults;
  /** smtp_alert of VRRP; of virtual servers; of real servers. */
  readonly mails: { readonly vrrp: boolean; readonly virtual: boolean; readonly real: boolean };
  readonly logsAllFailures: boolean;
  /** For static addresses and routes that name no interface. */
  readonly device: string;
}

export interface VrrpDefaults {
  readonly version: 2 | 3;
  readonly group4: string | undefined;
  readonly group6: string | undefined;
  readonly strict: boolean;
  readonly checkUnicastSource: boolean;
  readonly skipAddressCheck: boolean;
  readonly lowerPriorityNoAdvert: boolean | undefined;
  readonly higherPrioritySendsAdvert: boolean;
  readonly downTimerAdverts: number;
  readonly checksumWithoutPseudoHeader: boolean;
  readonly notifiesPriority: boolean;
}

export function readDefaults(block: Block): Defaults {
  const everywhere = switchOf(block, "smtp_alert");
  const checkers = switchOf(block, "smtp_alert_checker") ?? everywhere;
  return {
    vrrp: readVrrpDefaults(block),
    mails: {
      vrrp: switchOf(block, "smtp_alert_vrrp") ?? everywhere ?? false,
      virtual: checkers ?? false,
      real: checkers ?? true,
    },
    logsAllFailures: switchOf(block, "checker_log_all_failures") ?? false,
    device: textOf(block, "default_interface") ?? "eth0",
  };
}

function readVrrpDefaults(block: Block): VrrpDefaults {
  return {
    version: integerOf(block, "vrrp_version", 2, 3) === 3 ? 3 : 2,
    group4: textOf(block, "vrrp_mcast_group4"),
    group6: textOf(block, "vrrp_mcast_group6"),
    strict: switchOf(block, "vrrp_strict") ?? false,
    checkUnicastSource: switchOf(block, "vrrp_check_unicast_src") ?? false,
    skipAddressCheck: switchOf(block, "vrrp_skip_check_adv_addr") ?? false,
    lowerPriorityNoAdvert: switchOf(block, "vrrp_lower_prio_no_advert"),
    higherPrioritySendsAdvert: switchOf(block, "vrrp_higher_prio_send_advert") ?? false,
    downTimerAdverts: integerOf(block, "vrrp_down_timer_adverts", 1, 100) ?? 3,
    checksumWithoutPseudoHeader: switchOf(block, "v3_checksum_as_v2") ?? false,
    notifiesPriority: switchOf(block, "vrrp_notify_priority_changes") ?? false,
  };
}
