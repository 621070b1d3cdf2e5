import { assert } from "../../src/base/assert.ts";
import { Random } from "../../src/base/random.ts";
import { INTERFACES, LEASE_FOREVER } from "../../src/datapath/layout.ts";
import { type Received, receive, toTicks } from "../../src/datapath/receive.ts";
import { sweep } from "../../src/datapath/sweep.ts";
import { HASH_KEYS, memoryTables, View } from "../../src/datapath/tables.ts";
import { type ConnectionEntry, listConnections } from "../../src/state/connections.ts";
import { Accounts, NO_COUNTERS } from "../../src/state/counters.ts";
import { type ListedServer, listRules } from "../../src/state/listing.ts";
import { Publisher } from "../../src/state/publisher.ts";
import { type Operation, type ServiceId, serviceName } from "../../src/state/rule.ts";
import { applyOperations, EMPTY_RULES } from "../../src/state/rules.ts";
import { checkSupported } from "../../src/state/supported.ts";
import { macBytes } from "../../src/wire/mac.ts";
import { parseIpvsadm } from "./ipvsadm.ts";
import { networkOf, type Plan, type Route } from "./network.ts";

/**
 * A director in memory: the rules, the publisher, the tables and the data path's specification,
 * with a clock that the test moves. It takes the commands of the captures as they stand there.
 */
export class Director {
  readonly view: View;
  readonly #publisher: Publisher;
  readonly #accounts: Accounts;
  #plan: Plan;
  #rules = EMPTY_RULES;
  #now = 1_000_000_000_000n;

  constructor(plan: Plan) {
    const random = new Random(1);
    const keys = Uint32Array.from({ length: HASH_KEYS }, () => random.u32());
    const size = { buckets: 256, services: 32, servers: 128, poolSlots: 256, vips: 32, cpus: 1 };
    this.view = new View(memoryTables(size, keys));
    this.view.control.setWord(0, "lease", LEASE_FOREVER);
    this.view.control.set(0, "conn_reuse_mode", 1);
    for (const [i, { mac }] of plan.interfaces.entries()) {
      const slot = (i + 1) % INTERFACES;
      this.view.ifaces.bytes(slot, "mac").set(macBytes(mac));
      this.view.ifaces.set(slot, "ifindex", i + 1);
      this.view.ifaces.set(slot, "mtu", 1500);
    }
    this.#plan = plan;
    this.#publisher = new Publisher(this.view, networkOf(plan));
    this.#accounts = new Accounts(this.view);
  }

  /** One packet on the first interface. */
  receive(frame: Uint8Array): Received {
    return receive(this.view, { frame, ifindex: 1 }, this.#now);
  }

  /** Lets time pass; the sweep goes over the whole table at its start and then every second. */
  wait(seconds: number): void {
    const end = this.#now + BigInt(Math.round(seconds * 1e9));
    for (;;) {
      this.#sweep();
      if (this.#now >= end) return;
      const next = this.#now + 1_000_000_000n;
      this.#now = next < end ? next : end;
    }
  }

  /** Lets a moment pass in which no sweep comes by. */
  pause(seconds: number): void {
    this.#now += BigInt(Math.round(seconds * 1e9));
  }

  /** One captured command line: ipvsadm, sysctl or ip; several with semicolons between. */
  run(line: string): void {
    for (const command of line.split(";")) this.#runOne(command.trim().split(/\s+/));
  }

  /** A whole batch at once, as `ipvsadm -R` is for Weir. */
  apply(operations: readonly Operation[]): void {
    for (const operation of operations) {
      // What is not there yet is refused, so that a case that needs it cannot pass by luck.
      const supported = checkSupported(operation);
      if (!supported.ok) throw new Error(supported.fault.message);
    }
    const rules = applyOperations(this.#rules, operations);
    assert(rules.ok, "operations that succeeded in the capture", rules);
    const published = this.#publisher.publish(rules.rules, this.#now);
    assert(published.ok, "rules that the tables have room for", published);
    this.#rules = rules.rules;
  }

  setNetwork(change: Partial<Plan>): void {
    this.#plan = { ...this.#plan, ...change };
    this.#publisher.setNetwork(networkOf(this.#plan));
  }

  /** The servers of a service as `ipvsadm -L` lists them, by address. */
  servers(service: ServiceId): ListedServer[] {
    this.#accounts.update(this.#publisher.servers, new Set(this.#rules.services.keys()));
    const { services } = listRules({
      view: this.view,
      rules: this.#rules,
      servers: this.#publisher.servers,
      accounts: this.#accounts,
      rates: () => NO_COUNTERS,
    });
    const listed = services.find(({ id }) => serviceName(id) === serviceName(service));
    return [...(listed?.servers ?? [])].sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  /** All servers of all services. */
  allServers(): ListedServer[] {
    return [...this.#rules.services.values()].flatMap(({ id }) => this.servers(id));
  }

  connections(): ConnectionEntry[] {
    return [...listConnections(this.view, toTicks(this.#now))];
  }

  #sweep(): void {
    sweep(this.view, 0, this.view.tables.dimensions.buckets, toTicks(this.#now));
  }

  #runOne(words: readonly string[]): void {
    const [program, ...rest] = words;
    if (program === "ipvsadm") this.apply([parseIpvsadm(rest)]);
    else if (program === "sysctl") this.#sysctl(rest.at(-1)!);
    else if (program === "ip" && rest[0] === "route") this.#route(rest.slice(1));
    else if (program === "ip" && rest[0] === "neigh") this.#neighbour(rest.slice(1));
    else throw new Error(`not supported yet: ${words.join(" ")}`);
  }

  #sysctl(setting: string): void {
    const [name, value] = setting.split("=");
    const field = name!.replace("net.ipv4.vs.", "");
    if (field !== "conn_reuse_mode" && field !== "sloppy_tcp" && field !== "expire_nodest_conn") {
      throw new Error(`not supported yet: ${name}`);
    }
    this.view.control.set(0, field, Number(value));
  }

  /** `ip neigh add ADDRESS lladdr MAC …`. */
  #neighbour([, address, , mac]: readonly string[]): void {
    this.setNetwork({ neighbours: { ...this.#plan.neighbours, [address!]: mac! } });
  }

  /** `ip route add DESTINATION (dev eth0 | via GATEWAY) [mtu lock MTU]`, or `del`. */
  #route([verb, destination, ...words]: readonly string[]): void {
    const routes = (this.#plan.routes ?? []).filter((route) => route.destination !== destination);
    if (verb === "add") {
      const via = words.indexOf("via");
      const mtu = words.indexOf("lock");
      const route: Route = {
        destination: destination!,
        link: words.includes("eth1") ? 2 : 1,
        ...(via < 0 ? {} : { gateway: words[via + 1]! }),
        ...(mtu < 0 ? {} : { mtu: Number(words[mtu + 1]) }),
      };
      routes.push(route);
    }
    this.setNetwork({ routes });
  }
}
