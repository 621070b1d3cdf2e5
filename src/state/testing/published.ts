import type { Dimensions } from "../../datapath/layout.ts";
import type { View } from "../../datapath/tables.ts";
import { testView } from "../../datapath/testing/tables.ts";
import { Publisher } from "../publisher.ts";
import { type Rules, type Server, type Service, serviceName } from "../rule.ts";
import { IPVS_TIMEOUTS } from "../timeouts.ts";

/** No links and no routes: servers have their records, and no next hop. */
const NETWORK = { links: new Map(), routes: [], neighbours: new Map(), addresses: [] };
const SECOND = 1_000_000_000n;

/** Rules in the tables, as a director puts them there. */
export class PublishedRules {
  readonly view: View;
  readonly publisher: Publisher;
  rules: Rules = rulesOf();
  #now = 0n;

  constructor(dimensions: Partial<Dimensions> = {}) {
    this.view = testView({ services: 16, servers: 64, poolSlots: 256, vips: 16, ...dimensions });
    this.publisher = new Publisher(this.view, NETWORK);
  }

  /**
   * A while after the publication before, so that records that were given up may be taken again.
   */
  publish(...services: readonly Service[]): void {
    this.rules = rulesOf(...services);
    this.#now += 10n * SECOND;
    const published = this.publisher.publish(this.rules, this.#now);
    if (!published.ok) throw new Error(published.fault.message);
  }

  get names(): ReadonlySet<string> {
    return new Set(this.rules.services.keys());
  }

  /** The record of the server 10.0.0.HOST of a service. */
  recordOf(service: Service, host: number): number {
    const { address, port } = testServer(host);
    return this.publisher.servers.indexOf(serviceName(service.id), { address, port })!;
  }
}

function rulesOf(...services: readonly Service[]): Rules {
  const named = services.map((service) => [serviceName(service.id), service] as const);
  return { services: new Map(named), timeouts: IPVS_TIMEOUTS };
}

/** 192.168.150.HOST:80 over TCP. */
export function testService(host: number, servers: readonly Server[], scheduler = "rr"): Service {
  const address = `192.168.150.${host}`;
  const id = { kind: "address", protocol: "tcp", address, port: 80 } as const;
  return { id, scheduler, onePacket: false, schedulerFlags: 0, servers };
}

/** 10.0.0.HOST:80, by direct routing. */
export function testServer(host: number, weight = 1): Server {
  return {
    address: `10.0.0.${host}`,
    port: 80,
    method: "dr",
    weight,
    upperThreshold: 0,
    lowerThreshold: 0,
  };
}
