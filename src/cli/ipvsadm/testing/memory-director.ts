import { success } from "../../../base/fault.ts";
import type {
  Applied,
  ConnectionEntry,
  Counters,
  Director,
  ListedServer,
  ListedService,
} from "../../../daemon/api/director.ts";
import { type Operation, type Rules, serviceName } from "../../../state/rule.ts";
import { applyOperations, EMPTY_RULES } from "../../../state/rules.ts";

/** Conns, InPkts, OutPkts, InBytes, OutBytes. */
export type Five = readonly [number, number, number, number, number];

export interface Observed {
  readonly counters: Counters;
  readonly rates: Counters;
  readonly active: number;
  readonly inactive: number;
  readonly persistent: number;
}

export function five([connections, inPackets, outPackets, inBytes, outBytes]: Five): Counters {
  return {
    connections: BigInt(connections),
    inPackets: BigInt(inPackets),
    outPackets: BigInt(outPackets),
    inBytes: BigInt(inBytes),
    outBytes: BigInt(outBytes),
  };
}

const ZERO = five([0, 0, 0, 0, 0]);
const NOTHING: Observed = { counters: ZERO, rates: ZERO, active: 0, inactive: 0, persistent: 0 };

/** A director of rules alone, with the counters that a test gives it. */
export class MemoryDirector implements Director {
  rules: Rules = EMPTY_RULES;
  entries: readonly ConnectionEntry[] = [];
  /** By serviceName(): what a service and all its servers show. */
  readonly observed = new Map<string, Observed>();

  async apply(operations: readonly Operation[]): Promise<Applied> {
    const applied = applyOperations(this.rules, operations);
    if (!applied.ok) return applied;
    this.rules = applied.rules;
    for (const operation of operations) {
      if (operation.kind === "zero")
        this.#zero(operation.service && serviceName(operation.service));
    }
    return { ok: true };
  }

  async list() {
    return success({
      connectionTableSize: 4096,
      timeouts: this.rules.timeouts,
      services: [...this.rules.services].map(([name, service]): ListedService => {
        const { counters, rates, ...connections } = this.observed.get(name) ?? NOTHING;
        const servers = service.servers.map(
          (server): ListedServer => ({ ...server, ...connections, counters, rates }),
        );
        return { ...service, counters, rates, servers };
      }),
    });
  }

  async connections() {
    return success(this.entries);
  }

  observe(service: string, seen: Partial<Observed>): void {
    this.observed.set(service, { ...NOTHING, ...seen });
  }

  #zero(name: string | undefined): void {
    for (const [each, seen] of this.observed) {
      if (name === undefined || each === name) {
        this.observed.set(each, { ...seen, counters: ZERO, rates: ZERO });
      }
    }
  }
}
