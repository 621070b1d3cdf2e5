import type { Random } from "../base/random.ts";
import { Clock } from "./clock.ts";
import type { Disturbance } from "./disturbance.ts";
import { describeDisturbance } from "./disturbance.ts";
import type { Entry, Happening } from "./entry.ts";
import { Host, type HostPlan, type StartElection, slotKey } from "./host.ts";
import { type Quality, Segment } from "./segment.ts";

/** Hosts on one segment, and what is done to them. */
export interface Plan {
  readonly hosts: readonly HostPlan[];
  readonly quality: Quality;
  readonly disturbances: readonly Disturbance[];
  /** True time that passes, in microseconds. */
  readonly duration: number;
}

/** A plan that is being carried out. The same plan and seed make the same simulation. */
export class Simulation {
  readonly clock: Clock;
  readonly segment: Segment;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly slots: readonly string[];
  readonly #plan: Plan;
  readonly #listeners: ((entry: Entry) => void)[] = [];

  constructor(plan: Plan, random: Random, startElection: StartElection) {
    this.#plan = plan;
    this.clock = new Clock(random);
    this.segment = new Segment(this.clock, random, plan.quality);
    this.slots = [...new Set(plan.hosts.flatMap(({ instances }) => instances.map(slotKey)))];
    const around = {
      clock: this.clock,
      random,
      segment: this.segment,
      slots: this.slots,
      startElection,
      note: (host: string, happening: Happening) => this.#note(host, happening),
    };
    this.hosts = new Map(plan.hosts.map((host) => [host.name, new Host(host, around)]));
  }

  /** Hears everything from now on, at the time that it happens. */
  listen(listener: (entry: Entry) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * The hosts whose daemons could hold now, by name: none where one limps, which the others have to
   * wait for, or where the network takes frames away.
   */
  fitHosts(): string[] {
    const hosts = [...this.hosts.values()];
    const isFine = this.segment.quality === this.#plan.quality;
    if (!isFine || hosts.some(({ limps }) => limps)) return [];
    return hosts.filter(({ fit }) => fit).map(({ plan }) => plan.name);
  }

  /** Whether a host's daemon is there, now, and not stopped. */
  runs(host: string): boolean {
    return this.hosts.get(host)?.runs ?? false;
  }

  /** All daemons start, and the time of the plan passes. */
  run(): void {
    for (const host of this.hosts.values()) host.start();
    for (const disturbance of this.#plan.disturbances) {
      this.clock.at(disturbance.at, () => this.#disturb(disturbance));
    }
    this.clock.run(this.#plan.duration);
  }

  #note(host: string, happening: Happening): void {
    const entry: Entry = { time: this.clock.now, host, ...happening };
    for (const listener of this.#listeners) listener(entry);
  }

  #disturb(disturbance: Disturbance): void {
    const host = "host" in disturbance ? disturbance.host : "";
    this.#note(host, { kind: "event", what: describeDisturbance(disturbance) });
    const undo = this.#begin(disturbance);
    if (undo === undefined) return;
    const { duration } = disturbance as { duration?: number };
    if (duration === undefined) return;
    this.clock.at(this.clock.now + duration, () => {
      this.#note(host, { kind: "event", what: undo.what });
      undo.action();
    });
  }

  /** Does it, and says how it ends. */
  #begin(disturbance: Disturbance): { what: string; action: () => void } | undefined {
    if (disturbance.kind === "weather") return this.#changeWeather(disturbance);
    const host = this.hosts.get(disturbance.host);
    // Plans are shortened: what is left of one may speak of a host that is gone.
    if (host === undefined) return undefined;
    const start = { what: "the daemon starts", action: () => host.start() };
    switch (disturbance.kind) {
      case "crash":
        if (disturbance.calls === undefined) host.kill();
        else host.strikeAfter(disturbance.calls, { kind: "kill" });
        return start;
      case "stop":
        host.stop();
        return start;
      case "power":
        host.kill();
        host.kernel.lose();
        return start;
      case "pause": {
        const { calls, duration } = disturbance;
        if (calls === undefined) host.pause(duration);
        else host.strikeAfter(calls, { kind: "pause", duration });
        return undefined;
      }
      case "link":
        host.setLink(false);
        return { what: "the interface is up", action: () => host.setLink(true) };
      case "cut": {
        const { host: from, to } = disturbance;
        this.segment.cut(from, to);
        const mend = () => this.segment.mend(from, to);
        return { what: `everything reaches ${to} again`, action: mend };
      }
      case "late":
        host.setLateness(disturbance.lateness);
        return { what: "the processor is free", action: () => host.setLateness(0) };
      case "priority": {
        const { priority } = disturbance;
        host.reconfigure(host.instances.map((instance) => ({ ...instance, priority })));
        return undefined;
      }
    }
  }

  #changeWeather(weather: Extract<Disturbance, { kind: "weather" }>): {
    what: string;
    action: () => void;
  } {
    const { loss, delay, jitter, duplication } = weather;
    this.segment.quality = { loss, delay, jitter, duplication, reorders: true };
    const clear = () => {
      this.segment.quality = this.#plan.quality;
    };
    return { what: "frames go through again", action: clear };
  }
}
