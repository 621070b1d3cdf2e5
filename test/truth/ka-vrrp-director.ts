import { pino } from "pino";
import type { Random } from "../../src/base/random.ts";
import type { Configuration } from "../../src/config/configuration.ts";
import { load } from "../../src/config/load.ts";
import { sourcesOf } from "../../src/config/testing/sources.ts";
import { Cluster } from "../../src/daemon/cluster/cluster.ts";
import { Election } from "../../src/daemon/election/election.ts";
import type { Order, Report } from "../../src/daemon/election/order.ts";
import type { Notification } from "../../src/daemon/notify/notification.ts";
import type { Address, Link } from "../../src/kernel/kernel.ts";
import type { Clock } from "../../src/simulator/clock.ts";
import type { Happening } from "../../src/simulator/entry.ts";
import { SimulatedGround } from "../../src/simulator/ground.ts";
import { HostClock } from "../../src/simulator/host-clock.ts";
import { HostKernel } from "../../src/simulator/host-kernel.ts";
import type { Segment } from "../../src/simulator/segment.ts";
import { Thread } from "../../src/simulator/thread.ts";
import { familyOf } from "../../src/wire/address.ts";
import { GroundOfMany } from "./ka-vrrp-ground.ts";
import { PlayedTracks } from "./ka-vrrp-tracks.ts";

/** An interface of a director. */
export interface PlayedInterface {
  readonly name: string;
  readonly mac: string;
  readonly addresses: readonly string[];
  readonly segment: Segment;
}

interface DirectorParts {
  readonly name: string;
  readonly interfaces: readonly PlayedInterface[];
  readonly clock: Clock;
  readonly random: Random;
  note(happening: Happening): void;
  notify(notification: Notification): void;
}

const ARPHRD_ETHER = 1;
const FIRST_INDEX = 8;
const PREFIX_BITS = { 4: 24, 6: 64 } as const;

/**
 * A director as the daemon puts it together, of the configuration reader, the cluster's side of the
 * main thread and the elections, on the simulator's kernels. What is tracked is a play.
 */
export class PlayedDirector {
  readonly tracks: PlayedTracks;
  readonly #parts: DirectorParts;
  readonly #links: Map<number, Link>;
  readonly #kernels = new Map<number, HostKernel>();
  #thread: Thread;
  #cluster: Cluster | undefined;

  constructor(parts: DirectorParts) {
    this.#parts = parts;
    const { clock, random, name: host, note } = parts;
    const own = new HostClock(0, 0);
    this.#links = new Map(
      parts.interfaces.map(({ name, mac, segment, addresses }, i) => {
        const index = FIRST_INDEX + i;
        const around = { clock, random, segment };
        this.#kernels.set(
          index,
          new HostKernel(around, { clock: own, host, mac, addresses }, (happening) =>
            note(happening),
          ),
        );
        return [index, { index, name, mac, mtu: 1500, up: true, hardware: ARPHRD_ETHER }];
      }),
    );
    this.#thread = this.#newThread();
    this.tracks = new PlayedTracks(clock, (tracked) => this.#cluster?.track(tracked));
  }

  /** The daemon starts, as it is when keepalived has read its configuration. */
  start(text: string): void {
    const thread = this.#newThread();
    this.#thread = thread;
    const { clock, notify, note } = this.#parts;
    const grounds = [...this.#kernels].map(
      ([index, kernel]) => [index, new SimulatedGround(clock, kernel, thread)] as const,
    );
    const listeners: ((report: Report) => void)[] = [(report) => this.#hear(report)];
    const election = new Election(new GroundOfMany(new Map(grounds)), (report) => {
      for (const listener of listeners) listener(report);
    });
    // In their order: what the thread is told at one time comes in any.
    const orders: Order[] = [];
    note({ kind: "started" });
    this.#cluster = new Cluster({
      port: {
        order: (order: Order) => {
          orders.push(order);
          thread.post(() => election.order(orders.shift()!));
        },
        onReport: (listener) => void listeners.push(listener),
        close: () => Promise.resolve(),
      },
      network: { state: this.#network },
      assignSlots: (instances) => instances.map((_, i) => i),
      notify,
      log: pino({ level: "silent" }),
    });
    this.configure(text);
  }

  /** A file with mistakes that forbid it is not taken: the daemon says so and goes on. */
  configure(text: string): void {
    const configuration = configurationIn(text);
    if (configuration === undefined) return;
    this.#cluster?.configure(configuration);
    this.tracks.configure(configuration, (name) => this.#isUp(name));
  }

  /** SIGTERM: it lets go, says so and ends. */
  stop(): void {
    void this.#cluster?.stop();
  }

  /** SIGKILL: the kernel closes its sockets, and keeps its addresses as long as they live. */
  kill(): void {
    this.#thread.kill();
    this.tracks.close();
    this.#cluster = undefined;
    for (const kernel of this.#kernels.values()) kernel.closeAll();
  }

  setLink(name: string, up: boolean): void {
    const [index, link] = [...this.#links].find(([, each]) => each.name === name)!;
    this.#links.set(index, { ...link, up });
    this.#kernels.get(index)!.setLink(up);
    this.#cluster?.networkTurn();
    this.tracks.turn();
  }

  /** Somebody takes an address away that the kernel has. */
  removeAddress(address: string): void {
    for (const kernel of this.#kernels.values()) kernel.release(address);
  }

  #newThread(): Thread {
    const { clock, random, note } = this.#parts;
    return new Thread(clock, random, 0, (what) => note({ kind: "event", what }));
  }

  #isUp(name: string): boolean {
    return [...this.#links.values()].find((link) => link.name === name)?.up ?? false;
  }

  get #network() {
    const addresses = [...this.#links.keys()].flatMap((link, i) =>
      this.#parts.interfaces[i]!.addresses.map((address): Address => {
        const family = familyOf(address)!;
        return { family, address, prefix: PREFIX_BITS[family], link };
      }),
    );
    return { links: this.#links, addresses, routes: [], neighbours: new Map() };
  }

  #hear(report: Report): void {
    const { note } = this.#parts;
    switch (report.kind) {
      case "state": {
        const { of, state, priority, name } = report;
        if (of === "INSTANCE") note({ kind: "state", instance: name, state, priority });
        break;
      }
      case "log":
        note({ kind: "log", level: report.level, message: report.message });
        break;
      case "stopped":
        this.kill();
        break;
      default:
        break;
    }
  }
}

function configurationIn(text: string): Configuration | undefined {
  const loaded = load("/tmp/ka.conf", sourcesOf({ "/tmp/ka.conf": text }))!;
  const isWrong = loaded.findings.some(({ severity }) => severity === "error");
  return isWrong ? undefined : loaded.configuration;
}
