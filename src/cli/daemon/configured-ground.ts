import { randomInt } from "node:crypto";
import type { Logger } from "pino";
import { describeFault } from "../../base/fault.ts";
import { Random } from "../../base/random.ts";
import type { GlobalSettings } from "../../config/configuration.ts";
import type { ConfiguredGround } from "../../daemon/configured.ts";
import type { Addon } from "../../kernel/linux/addon.ts";
import { linuxExchanges } from "../../kernel/linux/exchange/exchanges.ts";
import { linuxFifos } from "../../kernel/linux/fifo.ts";
import { openHostEntries } from "../../kernel/linux/host-entries.ts";
import { openMailer } from "../../kernel/linux/mail.ts";
import { LinuxScripts } from "../../kernel/linux/script/scripts.ts";
import { linuxTracking } from "../../kernel/linux/tracking.ts";
import type { Mail, Mailer } from "../../kernel/mailer.ts";
import { appliedFile } from "./applied-file.ts";
import { readConfigurationFile } from "./configuration-file.ts";
import { startElectionThread } from "./election-port.ts";

export interface GroundPlan {
  /** The daemon's name. */
  readonly name: string;
  readonly native: Addon;
  /** The daemon's configuration file. */
  readonly path: string;
  /** Where the table of leases is pinned. */
  readonly leases: string;
  /** Which lines `@id` of a configuration are for: `-i` of keepalived. */
  readonly id?: string;
  readonly log: Logger;
  broken(error: Error): void;
}

const MAIL_PATIENCE = 2_000_000;

/** Linux, for a daemon that goes by a configuration file. */
export function configuredGround(plan: GroundPlan): ConfiguredGround {
  const scripts = new LinuxScripts({ security: false });
  let mailer: Mailer | undefined;
  return {
    path: plan.path,
    readFile: (path) => readConfigurationFile(path, plan.id),
    configure(globals) {
      scripts.configure({ security: globals.scriptSecurity, ...globals.scriptUser });
      void mailer?.close(MAIL_PATIENCE);
      mailer = mailerOf(globals, plan.log);
    },
    startElections: () =>
      startElectionThread({ leases: plan.leases }, plan.broken, (fault) =>
        plan.log.warn({ code: fault.code }, describeFault(fault)),
      ),
    scripts,
    fifos: linuxFifos,
    sendMail: (mail: Mail) => mailer?.send(mail),
    applied: appliedFile(plan.name),
    tracking: linuxTracking,
    exchanges: linuxExchanges(plan.native),
    openEntries: () => openHostEntries(plan.native),
    random: new Random(randomInt(2 ** 32)),
    close() {
      scripts.close();
      void mailer?.close(MAIL_PATIENCE);
    },
  };
}

/** Undefined where the configuration names no server, or nobody to write to. */
function mailerOf({ mail }: GlobalSettings, log: Logger): Mailer | undefined {
  const { server, to, from, helo, connectTimeout } = mail;
  if (server === undefined || to.length === 0) return undefined;
  const route = { ...server, from: from ?? to[0]!, to, connectTimeout };
  return openMailer(helo === undefined ? route : { ...route, helo }, (fault) =>
    log.warn({ code: fault.code }, describeFault(fault)),
  );
}
