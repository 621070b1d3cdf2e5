import { describeFault } from "../base/fault.ts";
import type { Random } from "../base/random.ts";
import type { InstanceSettings } from "../cluster/settings.ts";
import { placeInstances } from "../daemon/cluster/place.ts";
import type { Order, Report } from "../daemon/election/order.ts";
import type { ElectionGround } from "../kernel/election-ground.ts";
import type { Address, NetworkState } from "../kernel/kernel.ts";
import { familyOf } from "../wire/address.ts";
import type { Clock } from "./clock.ts";
import type { Happening } from "./entry.ts";
import { SimulatedGround } from "./ground.ts";
import { HostClock } from "./host-clock.ts";
import { HostKernel } from "./host-kernel.ts";
import type { Segment } from "./segment.ts";
import { type Strike, Thread } from "./thread.ts";

/** A host as a scenario wants it. */
export interface HostPlan {
  readonly name: string;
  readonly mac: string;
  /** Its own addresses, with prefix lengths. */
  readonly addresses: readonly { readonly address: string; readonly prefix: number }[];
  readonly instances: readonly InstanceSettings[];
  /** What its clock shows when the simulation begins, in microseconds. */
  readonly clock: number;
  /** What its clock gains, in microseconds a second. */
  readonly drift: number;
}

/** The elections of a daemon: `Election` of the daemon's, or what a test puts in its place. */
export type StartElection = (
  ground: ElectionGround,
  report: (report: Report) => void,
) => { order(order: Order): void };

/** What hosts share. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly segment: Segment;
  readonly startElection: StartElection;
  /** The virtual routers of all hosts: the place of each is its slot, everywhere. */
  readonly slots: readonly string[];
  note(host: string, happening: Happening): void;
}

const INTERFACE = "eth0";
const LINK = 2;
const ARPHRD_ETHER = 1;
/** Until the daemon has heard of a change of its interface, in microseconds at the most. */
const NOTICE = 20_000;

/** A host with one interface, and the daemon on it. */
export class Host {
  readonly plan: HostPlan;
  readonly kernel: HostKernel;
  readonly #around: Surroundings;
  #thread: Thread;
  #election: ReturnType<StartElection> | undefined;
  #instances: readonly InstanceSettings[];
  #lateness = 0;

  constructor(plan: HostPlan, around: Surroundings) {
    this.plan = plan;
    this.#around = around;
    this.#instances = plan.instances;
    const { clock, drift, mac, name: host } = plan;
    const addresses = plan.addresses.map(({ address }) => address);
    this.kernel = new HostKernel(
      around,
      { clock: new HostClock(clock, drift), host, mac, addresses },
      (happening) => around.note(host, happening),
    );
    this.#thread = this.#newThread();
  }

  get instances(): readonly InstanceSettings[] {
    return this.#instances;
  }

  /** Whether a daemon is here that is not stopped. */
  get runs(): boolean {
    return this.#election !== undefined && !this.#thread.dead && !this.#thread.paused;
  }

  /** Whether one runs that has a network. */
  get fit(): boolean {
    return this.runs && this.kernel.port.up;
  }

  /** Whether its daemon waits for the processor. */
  get limps(): boolean {
    return this.#lateness > 0;
  }

  /** A daemon starts; one that is still there is killed before. */
  start(): void {
    this.kill();
    const { clock, startElection } = this.#around;
    const thread = this.#newThread();
    this.#thread = thread;
    this.#around.note(this.plan.name, { kind: "started" });
    const ground = new SimulatedGround(clock, this.kernel, thread);
    thread.post(() => {
      this.#election = startElection(ground, (report) => this.#hear(report));
      this.#configure();
    });
  }

  /** SIGTERM: the daemon lets go, says so and ends. */
  stop(): void {
    this.#thread.post(() => this.#election?.order({ kind: "stop" }));
  }

  /** SIGKILL: the kernel closes what the daemon had open, and keeps the rest. */
  kill(): void {
    this.#thread.kill();
    this.#election = undefined;
    this.kernel.closeAll();
  }

  /** SIGKILL or SIGSTOP at the daemon's call to the kernel after so many others. */
  strikeAfter(calls: number, strike: Strike): void {
    this.#thread.strikeAfter(calls, strike);
  }

  /** SIGSTOP, and SIGCONT after `duration` microseconds. */
  pause(duration: number): void {
    this.#thread.pause(duration);
  }

  /** The most that the daemon waits for the processor from now on, in microseconds. */
  setLateness(lateness: number): void {
    this.#lateness = lateness;
    this.#thread.lateness = lateness;
  }

  /** The interface goes up or down, and the daemon hears of it a little later. */
  setLink(up: boolean): void {
    this.kernel.setLink(up);
    const { clock, random } = this.#around;
    const thread = this.#thread;
    clock.at(clock.now + random.integer(NOTICE), () => thread.post(() => this.#configure()));
  }

  /** Another configuration, and the daemon is told to take it. */
  reconfigure(instances: readonly InstanceSettings[]): void {
    this.#instances = instances;
    this.#thread.post(() => this.#configure());
  }

  #newThread(): Thread {
    const { clock, random } = this.#around;
    return new Thread(clock, random, this.#lateness, (what) => this.#tell(what));
  }

  #tell(what: string): void {
    this.#around.note(this.plan.name, { kind: "event", what });
  }

  #configure(): void {
    const slots = this.#around.slots;
    const instances = placeInstances(this.#instances, this.#network(), (_, settings) =>
      slots.indexOf(slotKey(settings)),
    );
    this.#election?.order({ kind: "configure", instances, groups: [] });
  }

  #hear(report: Report): void {
    const { name } = this.plan;
    switch (report.kind) {
      case "state": {
        const { state, priority, name: instance } = report;
        this.#around.note(name, { kind: "state", instance, state, priority });
        break;
      }
      case "log":
        this.#around.note(name, { kind: "log", level: report.level, message: report.message });
        break;
      case "fault": {
        const message = describeFault(report.fault);
        this.#around.note(name, { kind: "log", level: "warn", message });
        break;
      }
      case "stopped":
        this.kill();
        break;
      case "lower-heard":
      case "counts":
        break;
    }
  }

  /** What the daemon's network listener would know. */
  #network(): NetworkState {
    const { mac, up } = this.kernel.port;
    const link = { index: LINK, name: INTERFACE, mac, mtu: 1500, up, hardware: ARPHRD_ETHER };
    const addresses = this.plan.addresses.map(
      ({ address, prefix }): Address => ({
        family: familyOf(address)!,
        address,
        prefix,
        link: LINK,
      }),
    );
    return { links: new Map([[LINK, link]]), addresses, routes: [], neighbours: new Map() };
  }
}

/** What makes two hosts' instances one virtual router. */
export function slotKey({ family, router }: InstanceSettings): string {
  return `ipv${family} ${router}`;
}
