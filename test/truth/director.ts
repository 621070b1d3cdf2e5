import { assert } from "../../src/base/assert.ts";
import { Random } from "../../src/base/random.ts";
import { INTERFACES } from "../../src/datapath/constants.ts";
import { receive, toTicks } from "../../src/datapath/receive.ts";
import { sweep } from "../../src/datapath/sweep.ts";
import { HASH_KEYS, memoryTables, View } from "../../src/datapath/tables.ts";
import type { Received } from "../../src/datapath/verdict.ts";
import { type ConnectionEntry, listConnections } from "../../src/state/connections.ts";
import { Accounts, NO_COUNTERS } from "../../src/state/counters.ts";
import { type ListedServer, listRules } from "../../src/state/listing.ts";
import { applyMarkOperations, type MarkRequest } from "../../src/state/mark.ts";
import { publishMarks, readMarks } from "../../src/state/mark-records.ts";
import { Publisher } from "../../src/state/publisher.ts";
import { type Operation, type ServiceId, serviceName } from "../../src/state/rule.ts";
import { applyOperations, EMPTY_RULES } from "../../src/state/rules.ts";
import { beginSettings, changeSettings } from "../../src/state/settings.ts";
import { checkSupported } from "../../src/state/supported.ts";
import { macBytes } from "../../src/wire/mac.ts";
import { readMarkRule } from "./iptables.ts";
import { parseIpvsadm } from "./ipvsadm.ts";
import { ETHERNET_MTU, findRouteIn, networkOf, type Plan, type Route } from "./network.ts";

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
    const size = {
      buckets: 256,
      services: 32,
      servers: 128,
      poolSlots: 16_384,
      vips: 512,
      cpus: 1,
    };
    this.view = new View(memoryTables(size, keys));
    beginSettings(this.view);
    for (const [i, { mac, mtu = ETHERNET_MTU }] of plan.interfaces.entries()) {
      const slot = (i + 1) % INTERFACES;
      this.view.ifaces.bytes(slot, "mac").set(macBytes(mac));
      this.view.ifaces.set(slot, "ifindex", i + 1);
      this.view.ifaces.set(slot, "mtu", mtu);
    }
    this.#plan = plan;
    this.#publisher = new Publisher(this.view, networkOf(plan));
    this.#accounts = new Accounts(this.view);
  }

  /** One packet, on the first interface if nothing else is said. */
  receive(frame: Uint8Array, ifindex = 1): Received {
    const findRoute = findRouteIn(networkOf(this.#plan));
    return receive(this.view, { frame, ifindex }, this.#now, findRoute);
  }

  /** Lets time pass; the whole table is swept at its start and then ten times a second. */
  wait(seconds: number): void {
    const end = this.#now + BigInt(Math.round(seconds * 1e9));
    for (;;) {
      this.#sweep();
      if (this.#now >= end) return;
      const next = this.#now + 100_000_000n;
      this.#now = next < end ? next : end;
    }
  }

  /** Every client may be told of as many errors as at first. */
  forgetIcmpLimits(): void {
    this.view.icmpLimits.fill(0);
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
    const [program, ...rest] = words.filter((word) => word !== "-6" || words[0] !== "ip");
    if (program === "ipvsadm") this.apply([parseIpvsadm(rest)]);
    else if (program === "sysctl") this.#sysctl(rest.at(-1)!);
    else if (program === "ip" && rest[0] === "route") this.#route(rest.slice(1));
    else if (program === "ip" && rest[0] === "neigh") this.#neighbour(rest.slice(1));
    else if (program === "ip" && rest[0] === "link") this.#link(rest.slice(1));
    else if (/^ip6?tables/.test(program!)) this.mark(readMarkRule(rest));
    else throw new Error(`not supported yet: ${words.join(" ")}`);
  }

  #sysctl(setting: string): void {
    const [name, value = ""] = setting.split("=");
    const changed = changeSettings(this.view, { [name!]: value });
    if (!changed.ok) throw new Error(changed.fault.message);
  }

  /** A rule behind those that are there. */
  mark(rule: MarkRequest): void {
    const rules = applyMarkOperations(readMarks(this.view), [{ kind: "add", rule }]);
    assert(rules.ok, "a rule that the captured firewall took", rules);
    publishMarks(this.view, rules.value, { links: new Map() });
  }

  /** `ip neigh add ADDRESS lladdr MAC …`. */
  #neighbour([, address, , mac]: readonly string[]): void {
    this.setNetwork({ neighbours: { ...this.#plan.neighbours, [address!]: mac! } });
  }

  /** `ip link set eth1 mtu MTU`. */
  #link([, name, , mtu]: readonly string[]): void {
    const interfaces = this.#plan.interfaces.map((each, i) =>
      `eth${i}` === name ? { ...each, mtu: Number(mtu) } : each,
    );
    this.setNetwork({ interfaces });
  }

  /** `ip route add DESTINATION (dev eth0 | via GATEWAY) [mtu lock MTU]`, or `del`. */
  #route([verb, destination, ...words]: readonly string[]): void {
    // The kernel's cache of learned MTUs; Weir keeps none.
    if (verb === "flush") return;
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
