import type { Script } from "../../base/script.ts";
import type { State } from "../../cluster/effect.ts";
import type { Notify } from "../../cluster/settings.ts";
import type { Configuration } from "../../config/configuration.ts";
import type { Notice } from "../../health/notice.ts";

/** What the world is told of an event: programs, FIFO lines, mail (keepalived.conf(5)). */
export interface Notification {
  readonly scripts: readonly Script[];
  readonly fifo?: { readonly of: "vrrp" | "virtualServers"; readonly line: string };
  readonly mail?: Mail;
}

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

export interface StateEvent {
  readonly of: "INSTANCE" | "GROUP";
  readonly name: string;
  readonly state: State;
  /** Where it is the same, the priority is another (vrrp_notify_priority_changes). */
  readonly before?: State | undefined;
  /** Of an instance; 0 for a group. */
  readonly priority: number;
}

/**
 * An instance or a group has another state. The script of the state comes before `notify`, whose
 * arguments are what it is, its name, its state and its priority.
 */
export function stateNotification(configuration: Configuration, event: StateEvent): Notification {
  const { of, name, state, before, priority } = event;
  const settings =
    of === "INSTANCE"
      ? configuration.instances.find((instance) => instance.name === name)
      : configuration.groups.find((group) => group.name === name);
  if (settings === undefined || state === "INIT") return { scripts: [] };
  const { notify, mails } = settings;
  const scripts: Script[] = [];
  const own = scriptOf(notify, state);
  const changed = state !== before;
  if (own !== undefined && changed) scripts.push(own);
  if (notify.any !== undefined) {
    scripts.push(withWords(notify.any, [of, name, state, String(priority)]));
  }
  const fifo = { of: "vrrp", line: `${of} "${name}" ${state} ${priority}` } as const;
  if (!mails || !changed) return { scripts, fifo };
  const router = configuration.globals.routerId ?? "weir";
  const kind = of === "INSTANCE" ? "VRRP Instance" : "VRRP Group";
  const subject = `[${router}] ${kind} ${name} - Entering ${state} state`;
  const text = `${kind} ${name} of ${router} has become ${state}, with priority ${priority}.\n`;
  return { scripts, fifo, mail: { subject, text } };
}

/** A master has heard somebody with a lower priority, who is master too. */
export function lowerHeardNotification(
  { instances }: Configuration,
  name: string,
  priority: number,
): Notification {
  const script = instances.find((each) => each.name === name)?.notify.masterReceivesLower;
  return {
    scripts: script === undefined ? [] : [script],
    fifo: { of: "vrrp", line: `INSTANCE "${name}" MASTER_RX_LOWER_PRI ${priority}` },
  };
}

/** A real server or a virtual one is up or down. */
export function noticeNotification(
  { script, fifoLine, mail }: Notice,
  routerId = "weir",
): Notification {
  return {
    scripts: script === undefined ? [] : [script],
    ...(fifoLine === undefined ? {} : { fifo: { of: "virtualServers", line: fifoLine } }),
    ...(mail === undefined
      ? {}
      : { mail: { subject: `[${routerId}] ${mail.subject}`, text: mail.text } }),
  };
}

function scriptOf(notify: Notify, state: State): Script | undefined {
  switch (state) {
    case "MASTER":
      return notify.master;
    case "BACKUP":
      return notify.backup;
    case "FAULT":
      return notify.fault;
    case "STOP":
      return notify.stop;
    case "INIT":
      return undefined;
  }
}

function withWords(script: Script, words: readonly string[]): Script {
  return { ...script, words: [...script.words, ...words] };
}
