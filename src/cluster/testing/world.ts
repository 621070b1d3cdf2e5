import type { Random } from "../../base/random.ts";
import type { Effect } from "../effect.ts";
import type { Input } from "../input.ts";
import { beginInstance, stepInstance } from "../instance.ts";
import type { Instance } from "../phase.ts";
import type { InstanceSettings } from "../settings.ts";

/**
 * Instances of one virtual router on a network in memory. Each has a clock of its own, a lease word
 * that outlives its process as the tables of the data path do, and takes what has arrived before it
 * looks at its deadline. Who holds is asked of the lease words alone.
 */
export class World {
  /** True time, in microseconds. */
  now = 0;
  readonly hosts: readonly WorldHost[];
  /** Moments at which more than one host held, and who. */
  readonly conflicts: { readonly at: number; readonly holders: readonly number[] }[] = [];
  readonly transcript: string[] = [];
  readonly #network: WorldNetwork;
  readonly #random: Random;
  readonly #events: Event[] = [];
  readonly #lostInARow = new Map<string, number>();
  #order = 0;

  constructor(random: Random, network: WorldNetwork, settings: readonly HostSettings[]) {
    this.#random = random;
    this.#network = network;
    this.hosts = settings.map((host, id) => new WorldHost(this, id, host));
  }

  at(at: number, run: () => void): void {
    this.#events.push({ at: Math.max(at, this.now), order: this.#order++, run });
  }

  run(until: number): void {
    for (;;) {
      const next = this.#takeNext(until);
      if (next === undefined) break;
      this.now = next.at;
      next.run();
      const holders = this.holders();
      if (holders.length > 1) this.conflicts.push({ at: this.now, holders });
    }
    this.now = until;
  }

  holders(): number[] {
    return this.hosts.filter((host) => host.holds).map(({ id }) => id);
  }

  note(line: string): void {
    this.transcript.push(`${(this.now / 1_000_000).toFixed(6)} ${line}`);
  }

  /** A message to everybody else, each with its own delay and fate. */
  broadcast(from: WorldHost, priority: number): void {
    const { version, router, advertInterval: interval, addresses } = from.settings;
    const advertisement = {
      version,
      router,
      priority,
      interval,
      addresses: addresses.map(({ address }) => address),
    };
    for (const to of this.hosts) {
      if (to === from || this.#isLost(from, to)) continue;
      const { delayMin, delayMax } = this.#network;
      const delay = delayMin + this.#random.integer(delayMax - delayMin + 1);
      this.at(this.now + delay, () => {
        to.arrive({
          kind: "advertisement",
          source: `192.168.150.${10 + from.id}`,
          sourceIsHigher: from.id > to.id,
          advertisement,
        });
      });
    }
  }

  /** A cable may be cut one way; else no more than so many messages in a row are lost. */
  #isLost(from: WorldHost, to: WorldHost): boolean {
    const way = `${from.id} ${to.id}`;
    if (from.deafTo.has(to.id)) return true;
    const lost = this.#lostInARow.get(way) ?? 0;
    const again = lost < this.#network.lostInARow && this.#random.chance(this.#network.loss);
    this.#lostInARow.set(way, again ? lost + 1 : 0);
    return again;
  }

  #takeNext(until: number): Event | undefined {
    let first: Event | undefined;
    for (const event of this.#events) {
      if (first === undefined || event.at < first.at) first = event;
      else if (event.at === first.at && event.order < first.order) first = event;
    }
    if (first === undefined || first.at > until) return undefined;
    this.#events.splice(this.#events.indexOf(first), 1);
    return first;
  }
}

export interface WorldNetwork {
  readonly delayMin: number;
  readonly delayMax: number;
  /** Probability from 0 to 1. */
  readonly loss: number;
  readonly lostInARow: number;
}

export interface HostSettings {
  readonly settings: InstanceSettings;
  /** Its clock runs so much faster than the true one: 0.001 is a millisecond a second. */
  readonly drift: number;
  readonly offset: number;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

class WorldHost {
  readonly id: number;
  readonly settings: InstanceSettings;
  /** Hosts that its own messages do not reach. */
  readonly deafTo = new Set<number>();
  readonly #world: World;
  readonly #host: HostSettings;
  #machine: Instance | undefined;
  #inbox: Input[] = [];
  #deadline: number | undefined;
  #pausedUntil = 0;
  #lease = 0;
  #paid = 0;
  #holding = false;
  #wakes = 0;

  constructor(world: World, id: number, host: HostSettings) {
    this.id = id;
    this.settings = host.settings;
    this.#world = world;
    this.#host = host;
  }

  /** Whether its data path takes the addresses' packets now. */
  get holds(): boolean {
    return this.#lease > this.#clock();
  }

  get alive(): boolean {
    return this.#machine !== undefined;
  }

  start(): void {
    if (this.#machine !== undefined) return;
    this.#machine = beginInstance(this.settings);
    this.#holding = false;
    const resumes = this.#lease > this.#clock();
    if (!resumes) this.#lease = 0;
    this.#deliver({ kind: "start", ...(resumes ? { leaseUntil: this.#lease } : {}) });
  }

  /** kill -9: the lease word stays as it is. */
  crash(): void {
    this.#world.note(`${this.id} crashes`);
    this.#machine = undefined;
    this.#inbox = [];
    this.#deadline = undefined;
  }

  /** SIGSTOP, and SIGCONT after so long. What arrives meanwhile waits in its socket. */
  pause(length: number): void {
    this.#world.note(`${this.id} stops for ${length}`);
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#world.now + length);
    this.#world.at(this.#pausedUntil, () => this.#turn());
  }

  tell(input: Input): void {
    if (this.#machine === undefined) return;
    this.#inbox.push(input);
    this.#turn();
  }

  arrive(input: Input): void {
    if (this.#machine === undefined) return;
    this.#inbox.push(input);
    this.#turn();
  }

  #turn(): void {
    if (this.#world.now < this.#pausedUntil || this.#machine === undefined) return;
    for (let input = this.#inbox.shift(); input !== undefined; input = this.#inbox.shift()) {
      this.#deliver(input);
    }
    if (this.#deadline !== undefined && this.#clock() >= this.#deadline) {
      this.#deliver({ kind: "deadline" });
    }
  }

  #deliver(input: Input): void {
    const inputs = [input];
    for (let next = inputs.shift(); next !== undefined; next = inputs.shift()) {
      if (this.#machine === undefined) return;
      const step = stepInstance(this.#machine, next, this.#clock());
      this.#machine = step.state;
      this.#deadline = step.deadline;
      for (const effect of step.effects) {
        const answer = this.#carryOut(effect);
        if (answer !== undefined) inputs.push(answer);
      }
    }
    this.#wake();
  }

  #carryOut(effect: Effect): Input | undefined {
    switch (effect.kind) {
      case "advertise": {
        const at = this.#clock();
        this.#world.note(`${this.id} sends ${effect.priority} ${effect.lease ?? ""}`);
        this.#world.broadcast(this, effect.priority);
        if (effect.lease !== undefined) {
          this.#paid = at + effect.lease;
          if (this.#holding) this.#lease = this.#paid;
        }
        return { kind: "sent", at, ok: true };
      }
      case "hold":
        this.#world.note(`${this.id} holds`);
        this.#holding = true;
        this.#lease = this.#paid;
        return undefined;
      case "release":
        this.#world.note(`${this.id} lets go`);
        this.#holding = false;
        this.#lease = 0;
        return undefined;
      default:
        return undefined;
    }
  }

  #wake(): void {
    if (this.#deadline === undefined) return;
    this.#wakes++;
    const wake = this.#wakes;
    this.#world.at(this.#trueTime(this.#deadline), () => {
      if (wake === this.#wakes) this.#turn();
    });
  }

  #clock(): number {
    return Math.floor(this.#world.now * (1 + this.#host.drift)) + this.#host.offset;
  }

  #trueTime(clock: number): number {
    return Math.ceil((clock - this.#host.offset) / (1 + this.#host.drift)) + 1;
  }
}
