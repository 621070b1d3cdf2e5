import assert from "node:assert/strict";
import { test } from "node:test";
import { pino } from "pino";
import { failure, type Result, success } from "../../base/fault.ts";
import type { Configuration } from "../../config/configuration.ts";
import { readText } from "../../config/testing/read-text.ts";
import type { HostAddress, HostEntries, HostRoute } from "../../kernel/host-entries.ts";
import type { Address, Link, NetworkState, Route } from "../../kernel/kernel.ts";
import { Entries } from "./entries.ts";

/** A host with what it was given, which its kernel knows of at once. */
class Host implements HostEntries, NetworkState {
  readonly links = new Map<number, Link>();
  readonly neighbours = new Map();
  routes: Route[] = [];
  addresses: Address[] = [];
  /** What it says to every route. */
  refusal: string | undefined;
  readonly asked: string[] = [];

  constructor() {
    this.addLink(1, "eth0");
  }

  addLink(index: number, name: string): void {
    this.links.set(index, { index, name, mac: "", mtu: 1500, up: true, hardware: 1 });
  }

  addRoute(route: HostRoute): Result<boolean> {
    this.asked.push(`add ${route.destination}`);
    if (this.refusal !== undefined) return failure("ROUTE_REFUSED", this.refusal);
    const { metric = 0, blackhole, scope: _, ...rest } = route;
    this.routes.push({ ...rest, metric, type: blackhole ? 6 : 1, mtu: 0 });
    return success(true);
  }

  removeRoute(route: HostRoute): Result<void> {
    this.asked.push(`remove ${route.destination}`);
    this.routes = this.routes.filter(({ destination }) => destination !== route.destination);
    return success(undefined);
  }

  addAddress(address: HostAddress): Result<boolean> {
    this.asked.push(`add ${address.address}`);
    this.addresses.push(address);
    return success(true);
  }

  removeAddress({ address }: HostAddress): Result<void> {
    this.asked.push(`remove ${address}`);
    this.addresses = this.addresses.filter((each) => each.address !== address);
    return success(undefined);
  }

  close(): void {}

  /** What was asked of it since the last time. */
  taken(): string[] {
    return this.asked.splice(0);
  }
}

function instance(routes: string): Configuration {
  return readText(`vrrp_instance one {
    interface eth0
    virtual_router_id 51
    virtual_ipaddress {
      192.168.150.100
    }
    virtual_routes {
      ${routes}
    }
  }`).configuration;
}

function setUp() {
  const host = new Host();
  const said: string[] = [];
  const log = pino({ base: null }, { write: (line) => said.push(JSON.parse(line).msg) });
  const entries = new Entries({ host, network: { state: host }, log });
  return { host, said, entries };
}

test("the routes of an instance are there while it is master", () => {
  const { host, entries } = setUp();
  entries.configure(instance("10.1.2.3/16 via 192.168.150.1\n blackhole 10.2.0.0/16"));
  assert.deepEqual(host.taken(), []);
  entries.enter("one", "MASTER");
  assert.deepEqual(host.taken(), ["add 10.1.0.0/16", "add 10.2.0.0/16"]);
  entries.turn();
  assert.deepEqual(host.taken(), []);
  entries.enter("one", "BACKUP");
  assert.deepEqual(host.taken(), ["remove 10.1.0.0/16", "remove 10.2.0.0/16"]);
});

test("a backup takes away what a daemon before it has left", () => {
  const { host, entries } = setUp();
  entries.configure(instance("10.1.0.0/16 via 192.168.150.1"));
  entries.enter("one", "BACKUP");
  assert.deepEqual(host.taken(), ["remove 10.1.0.0/16"]);
});

test("a route that somebody removes comes back, but not one with no_track", () => {
  const { host, said, entries } = setUp();
  entries.configure(instance("10.1.0.0/16 dev eth0\n 10.2.0.0/16 dev eth0 no_track"));
  entries.enter("one", "MASTER");
  host.taken();
  host.routes = [];
  entries.turn();
  assert.deepEqual(host.taken(), ["add 10.1.0.0/16"]);
  assert.deepEqual(said, ["The route to 10.1.0.0/16 was gone, and is there again"]);
  entries.enter("one", "FAULT");
  assert.deepEqual(host.taken().sort(), ["remove 10.1.0.0/16", "remove 10.2.0.0/16"]);
});

test("a reload takes away what the file no longer has", () => {
  const { host, entries } = setUp();
  entries.configure(instance("10.1.0.0/16 dev eth0\n 10.2.0.0/16 dev eth0"));
  entries.enter("one", "MASTER");
  host.taken();
  entries.configure(instance("10.2.0.0/16 dev eth0\n 10.3.0.0/16 dev eth0"));
  assert.deepEqual(host.taken(), ["remove 10.1.0.0/16", "add 10.3.0.0/16"]);
  entries.configure(readText("").configuration);
  assert.deepEqual(host.taken(), ["remove 10.2.0.0/16", "remove 10.3.0.0/16"]);
});

const STATIC = `
  static_ipaddress {
    192.168.7.1/24 dev eth0
    192.168.8.1/24 dev eth0
    192.168.9.1/24 dev eth1
  }
  static_routes {
    10.9.0.0/16 via 192.168.7.254
  }`;

test("static addresses and routes are there until the daemon stops", () => {
  const { host, said, entries } = setUp();
  // Nobody's but the host's own: it stays.
  host.addresses = [{ family: 4, address: "192.168.8.1", prefix: 24, link: 1 }];
  entries.configure(readText(STATIC).configuration);
  assert.deepEqual(host.taken(), ["add 192.168.7.1", "add 10.9.0.0/16"]);
  assert.deepEqual(said, ['There is no interface "eth1" for the address 192.168.9.1']);
  host.addLink(2, "eth1");
  entries.turn();
  assert.deepEqual(host.taken(), ["add 192.168.9.1"]);
  entries.stop();
  assert.deepEqual(host.taken(), [
    "remove 192.168.7.1",
    "remove 10.9.0.0/16",
    "remove 192.168.9.1",
  ]);
});

test("what the host refuses is told once, and tried again with each change", () => {
  const { host, said, entries } = setUp();
  host.refusal = "Cannot add the route: ENETUNREACH";
  entries.configure(readText("static_routes {\n 10.9.0.0/16 via 172.16.0.1\n }").configuration);
  entries.turn();
  assert.deepEqual(said, ["Cannot add the route: ENETUNREACH [ROUTE_REFUSED]"]);
  host.refusal = undefined;
  entries.turn();
  assert.deepEqual(host.taken(), ["add 10.9.0.0/16", "add 10.9.0.0/16", "add 10.9.0.0/16"]);
  assert.equal(said.length, 1);
});
