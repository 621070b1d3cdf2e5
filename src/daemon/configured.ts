import type { Logger } from "pino";
import { describeFault, type Result } from "../base/fault.ts";
import type { Random } from "../base/random.ts";
import type { GlobalSettings } from "../config/configuration.ts";
import type { Exchanges } from "../kernel/exchange.ts";
import type { HostEntries } from "../kernel/host-entries.ts";
import type { Network } from "../kernel/kernel.ts";
import type { NotifyFifos } from "../kernel/notify-fifo.ts";
import type { Scripts } from "../kernel/scripts.ts";
import type { Tracking as HostTracking } from "../kernel/tracking.ts";
import type { LeaseOrder } from "../state/leases.ts";
import { AppliedServices, type AppliedStore } from "./applied-services.ts";
import { LocalAvailability, type ReadFile } from "./availability.ts";
import { Cluster } from "./cluster/cluster.ts";
import { Entries } from "./cluster/entries.ts";
import { Tracking } from "./cluster/tracking.ts";
import type { LocalDirector } from "./director.ts";
import type { ElectionPort } from "./election/port.ts";
import { processClock } from "./health/clock.ts";
import { LocalHealth } from "./health/health.ts";
import { Lifecycle } from "./lifecycle.ts";
import { type Mail, type Notification, noticeNotification } from "./notify/notification.ts";
import { Notifier } from "./notify/notifier.ts";
import { Reconciler } from "./reconciler.ts";

/** What a daemon with a configuration file needs beyond a director's. */
export interface ConfiguredGround {
  readonly path: string;
  readFile(path: string): Result<ReadFile>;
  /** What of the configuration the ground itself goes by: script security, the mail server. */
  configure(globals: GlobalSettings): void;
  /** Called when the tables of the data path are there: it has to map their leases. */
  startElections(): Promise<Result<ElectionPort>>;
  readonly scripts: Scripts;
  readonly fifos: NotifyFifos;
  sendMail(mail: Mail): void;
  readonly applied: AppliedStore;
  readonly tracking: HostTracking;
  readonly exchanges: Exchanges;
  /** Faults: NETLINK_REFUSED. */
  openEntries(): Result<HostEntries>;
  readonly random: Random;
  /** Ends what the ground has under way. */
  close(): void;
}

/** How often rules that somebody has changed are looked for. */
const RECONCILE_INTERVAL_MS = 1000;

/** A director that goes by a file, and the timers that keep it to it. */
export interface Configured {
  readonly availability: LocalAvailability;
  stop(): Promise<void>;
}

/**
 * Puts together what goes by a configuration file. The file itself is read by the first reload.
 *
 * Faults: those of ConfiguredGround.startElections() and openEntries().
 */
export async function startConfigured(
  ground: ConfiguredGround,
  director: LocalDirector,
  network: Network,
  log: Logger,
): Promise<Result<Configured>> {
  const port = await ground.startElections();
  if (!port.ok) return port;
  const { scripts, fifos, sendMail } = ground;
  const notifier = new Notifier({ scripts, fifos, sendMail, log });
  const notify = (notification: Notification) => notifier.notify(notification);
  const assignSlots = (instances: readonly LeaseOrder[]) => director.assignLeases(instances);
  const cluster = new Cluster({ port: port.value, network, assignSlots, notify, log });
  const host = ground.openEntries();
  if (!host.ok) {
    await port.value.close();
    return host;
  }
  const entries = new Entries({ host: host.value, network, log });
  port.value.onReport((report) => {
    if (report.kind === "state" && report.of === "INSTANCE") {
      entries.enter(report.name, report.state);
    }
  });
  const tracking = new Tracking(
    {
      ...ground,
      network,
      fileRead: (name, value) => health.readFile(name, value),
      log: (level, message) => log[level](message),
    },
    (tracked) => cluster.track(tracked),
  );
  const broken = (error: unknown) => log.error(`Rules could not be kept: ${String(error)}`);
  const turn = () => void availability.healthTurn().catch(broken);
  const health = new LocalHealth({
    ...ground,
    clock: processClock(),
    tell(notice) {
      log[notice.level](notice.message);
      notify(noticeNotification(notice, availability.configuration?.globals.routerId));
    },
    changed: turn,
  });
  const availability = new LocalAvailability({
    path: ground.path,
    ground,
    lifecycle: new Lifecycle({ scripts, director, log }),
    entries,
    cluster,
    tracking,
    health,
    reconciler: new Reconciler(director, new AppliedServices(ground.applied, log), log),
    notifier,
    log,
  });
  const timer = setInterval(turn, RECONCILE_INTERVAL_MS);
  return {
    ok: true,
    value: {
      availability,
      async stop() {
        clearInterval(timer);
        await availability.stop();
        await port.value.close();
        host.value.close();
        ground.close();
      },
    },
  };
}

/** A configuration that cannot be gone by at the start is no start. */
export async function goByFile(configured: Configured): Promise<Result<void>> {
  const loaded = await configured.availability.reload();
  if (loaded.ok) return { ok: true, value: undefined };
  await configured.stop();
  return { ok: false, fault: { ...loaded.fault, message: describeFault(loaded.fault) } };
}
