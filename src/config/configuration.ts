import type { Script } from "../base/script.ts";
import type {
  GroupSettings,
  InstanceSettings,
  TrackFile,
  TrackProcess,
  TrackScript,
  VirtualAddress,
  VirtualRoute,
} from "../cluster/settings.ts";
import type { VirtualServerSettings } from "../health/settings.ts";

/** What a keepalived.conf means, with every default in it. Times are in microseconds. */
export interface Configuration {
  readonly globals: GlobalSettings;
  readonly instances: readonly InstanceSettings[];
  readonly groups: readonly GroupSettings[];
  readonly scripts: readonly TrackScript[];
  readonly files: readonly TrackFile[];
  readonly processes: readonly TrackProcess[];
  readonly virtualServers: readonly VirtualServerSettings[];
  readonly staticAddresses: readonly (VirtualAddress & { readonly device: string })[];
  readonly staticRoutes: readonly VirtualRoute[];
}

export interface GlobalSettings {
  /** The host's name where the configuration gives none. */
  readonly routerId?: string;
  readonly mail: MailSettings;
  /** Paths of FIFOs: all events, those of VRRP, those of virtual servers. */
  readonly fifos: {
    readonly all?: FifoSettings;
    readonly vrrp?: FifoSettings;
    readonly virtualServers?: FifoSettings;
  };
  readonly startupScript?: Script & { readonly timeout: number };
  readonly shutdownScript?: Script & { readonly timeout: number };
  readonly scriptSecurity: boolean;
  readonly scriptUser?: { readonly user: string; readonly group?: string };
  /** Rules that were there go at the start. */
  readonly flush: boolean;
  /** Rules go at the end: all, or those of the configuration's virtual servers alone. */
  readonly flushOnStop: false | "all" | "configured";
  /** Seconds, as `ipvsadm --set`; absent where the configuration names none. */
  readonly timeouts?: { readonly tcp: number; readonly tcpFin: number; readonly udp: number };
  /** Instances wait so long after the start before they take part. */
  readonly startupDelay: number;
  /** notify_down and quorum_down are called for what is down at the start. */
  readonly initialNotifies: boolean;
}

export interface MailSettings {
  readonly to: readonly string[];
  readonly from?: string;
  /** Absent: no mail is sent. */
  readonly server?: { readonly host: string; readonly port: number };
  readonly helo?: string;
  readonly connectTimeout: number;
}

export interface FifoSettings {
  readonly path: string;
  readonly script?: Script;
}
