import type { GroupSettings } from "../../cluster/settings.ts";
import type { ElectionGround } from "../../kernel/election-ground.ts";
import { Announcer } from "./announcer.ts";
import { Groups } from "./groups.ts";
import { InstanceRunner, type Surroundings } from "./instance-runner.ts";
import type { ElectionInstance, InstanceCounts, Order, Report } from "./order.ts";

/**
 * The elections of a director: every instance over one ground, on one thread. It takes orders and
 * reports; what is slow is with whoever it reports to.
 */
export class Election {
  readonly #ground: ElectionGround;
  readonly #report: (report: Report) => void;
  readonly #instances = new Map<string, InstanceRunner>();
  readonly #groups: Groups;
  readonly #announcer: Announcer;

  constructor(ground: ElectionGround, report: (report: Report) => void) {
    this.#ground = ground;
    this.#report = report;
    this.#announcer = new Announcer(ground);
    this.#groups = new Groups(this.#instances, report);
  }

  order(order: Order): void {
    switch (order.kind) {
      case "configure":
        this.#configure(order.instances, order.groups);
        break;
      case "tracked": {
        this.#instances.get(order.instance)?.track(order);
        break;
      }
      case "stop":
        // Who hears of its end may have closed the ground by now.
        this.#stop();
        return;
    }
    this.#settle();
  }

  counts(): InstanceCounts[] {
    return [...this.#instances.values()].map((instance) => instance.counts());
  }

  #configure(instances: readonly ElectionInstance[], groups: readonly GroupSettings[]): void {
    const named = new Set(instances.map(({ settings }) => settings.name));
    for (const [name, runner] of this.#instances) {
      if (named.has(name)) continue;
      runner.stop();
      this.#instances.delete(name);
    }
    for (const instance of instances) {
      const { name } = instance.settings;
      const there = this.#instances.get(name);
      if (there !== undefined) there.configure(instance);
      else this.#instances.set(name, this.#begin(instance, groups));
    }
    this.#groups.configure(groups);
  }

  /** Who tracks something without a weight, or is in a group that does, waits for its result. */
  #begin(instance: ElectionInstance, groups: readonly GroupSettings[]): InstanceRunner {
    const { name, tracks } = instance.settings;
    const shared = groups.flatMap((group) => (group.members.includes(name) ? group.tracks : []));
    const waits = [...tracks, ...shared].some(({ weight }) => weight === 0);
    return new InstanceRunner(this.#surroundings(), instance, waits);
  }

  #surroundings(): Surroundings {
    return {
      ground: this.#ground,
      announcer: this.#announcer,
      report: this.#report,
      turn: () => this.#turn(),
    };
  }

  #stop(): void {
    for (const instance of this.#instances.values()) instance.stop();
    this.#groups.settle();
    this.#report({ kind: "counts", instances: this.counts() });
    this.#instances.clear();
    this.#ground.wakeAt(undefined, () => {});
    this.#report({ kind: "stopped" });
  }

  /** Something has arrived or a deadline has come: everybody looks. */
  #turn(): void {
    for (const instance of this.#instances.values()) instance.turn();
    this.#announcer.turn();
    this.#settle();
  }

  #settle(): void {
    this.#groups.settle();
    const all = [this.#announcer, ...this.#instances.values()];
    const deadlines = all.flatMap(({ deadline }) => deadline ?? []);
    const next = deadlines.length === 0 ? undefined : Math.min(...deadlines);
    this.#ground.wakeAt(next, () => this.#turn());
  }
}
