import type { Logger } from "pino";
import { describeFault, type Result } from "../base/fault.ts";
import { type ServiceMap, serviceMap } from "../state/plan.ts";
import type { Service } from "../state/rule.ts";
import { services as schema } from "./api/schema.ts";

/** Where a value outlives the daemon, as long as the tables in the kernel do. */
export interface AppliedStore {
  /** What was written last; undefined where there is nothing. */
  read(): unknown;
  write(value: unknown): Result<void>;
}

/**
 * The services that rules were last written for. A daemon that is started again knows by them which
 * of the rules in the tables were configured once and are no more, and which are somebody else's.
 */
export class AppliedServices {
  readonly #store: AppliedStore;
  readonly #log: Logger;
  #services: ServiceMap;
  #written: string;

  constructor(store: AppliedStore, log: Logger) {
    this.#store = store;
    this.#log = log;
    const read = schema.safeParse(store.read());
    this.#services = serviceMap(read.success ? read.data : []);
    this.#written = textOf(this.#services);
  }

  get services(): ServiceMap {
    return this.#services;
  }

  /**
   * Before rules are written: whatever a daemon that dies halfway leaves in the tables is known to
   * the next one as configured.
   */
  begin(desired: ServiceMap): void {
    this.#write(union(this.#services, desired));
  }

  /** Rules were written for these. */
  end(desired: ServiceMap): void {
    if (desired === this.#services) return;
    this.#services = desired;
    this.#write(desired);
  }

  #write(services: ServiceMap): void {
    const text = textOf(services);
    if (text === this.#written) return;
    this.#written = text;
    const done = this.#store.write([...services.values()]);
    if (!done.ok) this.#log.error({ code: done.fault.code }, describeFault(done.fault));
  }
}

function textOf(services: ServiceMap): string {
  return JSON.stringify([...services.values()]);
}

/**
 * All services and servers of both, with the options of the first where both have one: so that
 * those of the second are still news to a plan.
 */
function union(first: ServiceMap, second: ServiceMap): ServiceMap {
  const all = new Map(first);
  for (const [name, service] of second) {
    const known = all.get(name);
    all.set(name, known === undefined ? service : withServers(known, service));
  }
  return all;
}

function withServers(first: Service, { servers }: Service): Service {
  const known = new Set(first.servers.map(({ address, port }) => `${address} ${port}`));
  const more = servers.filter(({ address, port }) => !known.has(`${address} ${port}`));
  return { ...first, servers: [...first.servers, ...more] };
}
