import type { GroupSettings } from "../../cluster/settings.ts";
import type { ElectionGround } from "../../kernel/election-ground.ts";
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

  constructor(ground: ElectionGround, report: (report: Report) => void) {
    this.#ground = ground;
    this.#report = report;
    this.#groups = new Groups(this.#instances, report);
  }

  order(order: Order): void {
    switch (order.kind) {
      case "configure":
        this.#configure(order.instances, order.groups);
        break;
      case "tracked": {
        const { instance, priority, fault } = order;
        this.#instances.get(instance)?.track(priority, fault);
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
      else this.#instances.set(name, new InstanceRunner(this.#surroundings(), instance));
    }
    this.#groups.configure(groups);
  }

  #surroundings(): Surroundings {
    return {
      ground: this.#ground,
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
    this.#settle();
  }

  #settle(): void {
    this.#groups.settle();
    const deadlines = [...this.#instances.values()].flatMap(({ deadline }) => deadline ?? []);
    const next = deadlines.length === 0 ? undefined : Math.min(...deadlines);
    this.#ground.wakeAt(next, () => this.#turn());
  }
}
