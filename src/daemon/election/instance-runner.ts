import type { Fault } from "../../base/fault.ts";
import type { Effect, State } from "../../cluster/effect.ts";
import type { Input } from "../../cluster/input.ts";
import { beginInstance, leads, stepInstance } from "../../cluster/instance.ts";
import type { Instance } from "../../cluster/phase.ts";
import type { InstanceSettings } from "../../cluster/settings.ts";
import type { ElectionGround } from "../../kernel/election-ground.ts";
import type { Announcer } from "./announcer.ts";
import { Counts } from "./counts.ts";
import { Hold } from "./hold.ts";
import { Messages } from "./messages.ts";
import type { ElectionInstance, InstanceCounts, Order, Placed, Report } from "./order.ts";

/** What an instance runner needs of those around it. */
export interface Surroundings {
  readonly ground: ElectionGround;
  readonly announcer: Announcer;
  report(report: Report): void;
  /** Something has arrived. */
  turn(): void;
}

/** One instance: its machine, its messages, what it holds, and its counts. */
export class InstanceRunner {
  readonly #around: Surroundings;
  readonly #counts: Counts;
  #settings: InstanceSettings;
  #placed: Placed | undefined;
  #machine: Instance;
  #hold: Hold | undefined;
  #messages: Messages | undefined;
  #deadline: number | undefined;
  /** Its start is put off: nobody has heard of a fault. */
  #waits: boolean;
  readonly #faults = new Map<"placed" | "tracked" | "group", string>();

  /** `waits`: for the first result of what it tracks, unless it goes on within a lease. */
  constructor(around: Surroundings, instance: ElectionInstance, waits: boolean) {
    this.#around = around;
    this.#settings = instance.settings;
    this.#counts = new Counts(instance.settings);
    this.#machine = beginInstance(instance.settings);
    this.#waits = waits;
    if (waits) this.#faults.set("tracked", "what it tracks has no result yet");
    this.#place(instance, true);
  }

  get name(): string {
    return this.#settings.name;
  }

  /** Whether it claims or holds. */
  get leads(): boolean {
    return leads(this.#machine);
  }

  get state(): State {
    return this.#counts.state;
  }

  /** When it must be called again, at the latest; in microseconds of the ground's clock. */
  get deadline(): number | undefined {
    return this.#deadline;
  }

  counts(): InstanceCounts {
    return this.#counts.read(this.#machine.priority, this.#hold?.holding ?? false);
  }

  /** Another configuration, or another state of the interface. */
  configure(instance: ElectionInstance): void {
    const { settings } = instance;
    const moved = !sameGround(this.#placed, instance.ground);
    if (moved || this.#messages?.fits(settings) === false) {
      // Whoever leaves says so as the one that it was.
      this.blame("placed", instance.because ?? "its interface or its peers have changed");
      this.#close();
      this.#settings = settings;
      this.deliver({ kind: "reconfigure", settings: instance.settings });
      this.#place(instance, false);
      return;
    }
    this.#settings = settings;
    this.#complain(this.#hold?.change(instance.ground?.held ?? []));
    this.#placed = instance.ground;
    this.deliver({ kind: "reconfigure", settings: instance.settings });
  }

  /** Takes what has arrived, and acts if the deadline has come: in this order, see Input. */
  turn(): void {
    this.#messages?.receive(this.#settings, (heard) => this.deliver(heard));
    const now = this.#around.ground.now();
    if (this.#deadline === undefined || now < this.#deadline) return;
    this.#counts.late(now - this.#deadline);
    this.deliver({ kind: "deadline" });
  }

  deliver(input: Input): void {
    const { ground } = this.#around;
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      const { state, effects, deadline } = stepInstance(this.#machine, next, ground.now());
      this.#machine = state;
      this.#deadline = deadline;
      for (const effect of effects) {
        const answer = this.#carryOut(effect);
        if (answer !== undefined) inputs.push(answer);
      }
    }
  }

  /** What is tracked. While it is not known, who waits goes on waiting, and others as they are. */
  track({ priority, fault, pending }: Extract<Order, { kind: "tracked" }>): void {
    this.deliver({ kind: "priority", priority });
    if (pending) return;
    if (fault !== undefined) this.#endWaiting();
    this.#waits = false;
    this.blame("tracked", fault);
  }

  /** Of its own, and not of its group. */
  get isAtFault(): boolean {
    return this.#faults.has("placed") || (this.#faults.has("tracked") && !this.#waits);
  }

  /** A fault of one kind begins, goes on or, without a sentence, ends. */
  blame(kind: "placed" | "tracked" | "group", because: string | undefined): void {
    if (this.#faults.get(kind) === because) return;
    const faulty = this.#faults.size > 0;
    if (because === undefined) this.#faults.delete(kind);
    else this.#faults.set(kind, because);
    if (!faulty && because !== undefined) this.deliver({ kind: "fault", because });
    else if (faulty && this.#faults.size === 0) this.deliver({ kind: "recovered" });
  }

  /** Lets go, and says so to the others. */
  stop(): void {
    this.deliver({ kind: "stop" });
    this.#close();
  }

  #close(): void {
    this.#messages?.close();
    this.#messages = undefined;
  }

  /** `fresh`: an earlier daemon may have left a lease in force, and this one goes on with it. */
  #place({ ground: placed, because }: ElectionInstance, fresh: boolean): void {
    this.#placed = placed;
    this.#hold = undefined;
    if (placed === undefined) {
      this.blame("placed", because ?? "its interface is missing");
      return;
    }
    const { ground } = this.#around;
    this.#hold = new Hold(ground, placed.slot, placed.held);
    const refused = this.#open(placed);
    const until = ground.leases.read(placed.slot);
    const resumes = fresh && refused === undefined && until > ground.now();
    // What an earlier daemon held and no longer may goes before anything else.
    if (resumes) this.#hold.resume(until);
    else this.#complain(this.#hold.release());
    if (resumes) this.#endWaiting();
    if (refused === undefined && fresh && !this.#waits) {
      this.deliver({ kind: "start", ...(resumes ? { leaseUntil: until } : {}) });
    }
    this.blame("placed", refused);
  }

  #endWaiting(): void {
    if (this.#waits) this.#faults.delete("tracked");
    this.#waits = false;
  }

  /** The reason why there is no socket, or undefined. */
  #open(placed: Placed): string | undefined {
    const opened = Messages.open(
      {
        ground: this.#around.ground,
        counts: this.#counts,
        warn: (message) => this.#log("warn", message),
        arrived: () => this.#around.turn(),
      },
      this.#settings,
      placed,
    );
    if (typeof opened === "string") return opened;
    this.#messages = opened;
    return undefined;
  }

  #carryOut(effect: Effect): Input | undefined {
    switch (effect.kind) {
      case "advertise":
        return this.#advertise(effect.priority, effect.lease);
      case "hold":
        this.#complain(this.#hold?.take());
        return undefined;
      case "release":
        this.#around.announcer.forget(this.name);
        this.#complain(this.#hold?.release());
        return undefined;
      case "announce":
        this.#announce(effect.repeat);
        return undefined;
      case "state":
        this.#counts.enter(effect.state);
        this.#around.report({ ...effect, of: "INSTANCE", name: this.name });
        return undefined;
      case "lower-heard":
        this.#around.report({ ...effect, instance: this.name });
        return undefined;
      case "log":
        this.#log(effect.level, effect.message);
        return undefined;
    }
  }

  #advertise(priority: number, lease: number | undefined): Input {
    const at = this.#around.ground.now();
    const ok = this.#messages?.send(this.#settings, priority) ?? false;
    if (ok && lease !== undefined) this.#complain(this.#hold?.renew(at, lease));
    return { kind: "sent", at, ok };
  }

  #announce(repeat: number): void {
    const held = this.#placed?.held ?? [];
    this.#around.announcer.announce(this.name, held, repeat, this.#settings.garp);
  }

  #log(level: "info" | "warn", message: string): void {
    this.#around.report({ kind: "log", level, message: `(${this.name}) ${message}` });
  }

  #complain(faults: readonly Fault[] = []): void {
    for (const fault of faults) {
      this.#around.report({ kind: "fault", instance: this.name, fault });
    }
  }
}

function sameGround(a: Placed | undefined, b: Placed | undefined): boolean {
  return a?.slot === b?.slot && a?.link === b?.link && a?.source === b?.source && a?.mac === b?.mac;
}
