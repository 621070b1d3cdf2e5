import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import type { Network, NetworkState } from "../kernel.ts";
import { indexOf, inNamespace, ip, ipBatch, testAddon } from "./namespace.fixture.ts";
import { openNetwork } from "./network.ts";

/*
 *   near (192.168.150.11, 02::11) ─── far (02::12, without an address: nobody answers)
 */
async function withNetwork(body: (network: Network) => void | Promise<void>): Promise<void> {
  await inNamespace(async () => {
    ip(
      "link",
      "add",
      "near",
      "address",
      "02:00:00:00:00:11",
      "type",
      "veth",
      "peer",
      "name",
      "far",
    );
    ip("link", "set", "far", "address", "02:00:00:00:00:12", "up");
    const opened = openNetwork(testAddon());
    ok(opened.ok);
    try {
      await body(opened.value);
    } finally {
      opened.value.close();
    }
  });
}

/** Long enough for a loaded machine: what does not come by then does not come. */
const PATIENCE_MS = 15_000;

async function until(network: Network, holds: (state: NetworkState) => boolean): Promise<void> {
  const wait = Promise.withResolvers<void>();
  const limit = setTimeout(() => wait.reject(new Error("it did not come to that")), PATIENCE_MS);
  network.onChange(() => {
    if (holds(network.state)) wait.resolve();
  });
  await wait.promise.finally(() => clearTimeout(limit));
}

test("the first dump knows the links and their addresses", async () => {
  await withNetwork((network) => {
    const link = network.state.links.get(indexOf("near"));
    equal(link?.name, "near");
    equal(link?.mac, "02:00:00:00:00:11");
    equal(link?.mtu, 1500);
    equal(link?.hardware, 1);
    equal(link?.up, false);
    ok(network.state.addresses.some(({ address }) => address === "127.0.0.1"));
    ok(network.state.routes.some(({ table, type }) => table === 255 && type === 2));
  });
});

test("a link that goes up, changes its MTU and goes away is seen", async () => {
  await withNetwork(async (network) => {
    const index = indexOf("near");
    ip("link", "set", "near", "up", "mtu", "1400");
    await until(network, ({ links }) => {
      const link = links.get(index);
      return link?.up === true && link.mtu === 1400;
    });
    ip("link", "del", "near");
    await until(network, ({ links }) => !links.has(index));
  });
});

test("addresses and the routes that come and go with them are seen", async () => {
  await withNetwork(async (network) => {
    ip("link", "set", "near", "up");
    ip("address", "add", "192.168.150.11/24", "dev", "near");
    ip("address", "add", "2001:db8::11/64", "dev", "near", "nodad");
    await until(network, ({ addresses, routes }) => {
      const local = routes.some(
        (route) => route.table === 255 && route.destination === "192.168.150.11/32",
      );
      return local && addresses.some(({ address }) => address === "2001:db8::11");
    });
    ip("address", "flush", "dev", "near");
    await until(network, ({ addresses, routes }) => {
      const left = routes.some(({ destination }) => destination.startsWith("192.168.150."));
      return (
        !left && !addresses.some(({ family, link }) => family === 4 && link === indexOf("near"))
      );
    });
  });
});

test("routes keep gateway, metric, table, MTU and each hop of several", async () => {
  await withNetwork(async (network) => {
    ip("link", "set", "near", "up");
    ip("address", "add", "192.168.150.11/24", "dev", "near");
    ip("route", "add", "default", "via", "192.168.150.1", "metric", "7", "mtu", "1380");
    ip("route", "add", "unreachable", "10.1.0.0/16", "table", "1000");
    const hops = ["nexthop", "via", "192.168.150.2", "nexthop", "via", "192.168.150.3"];
    ip("route", "add", "10.2.0.0/16", ...hops);
    const link = indexOf("near");
    await until(network, ({ routes }) => routes.filter(isOf("10.2.0.0/16")).length === 2);
    const { routes } = network.state;
    const chosen = routes.find(isOf("0.0.0.0/0"));
    equal(chosen?.gateway, "192.168.150.1");
    equal(chosen?.link, link);
    equal(chosen?.metric, 7);
    equal(chosen?.mtu, 1380);
    const nowhere = routes.find(isOf("10.1.0.0/16"));
    equal(nowhere?.type, 7);
    equal(nowhere?.table, 1000);
    equal(nowhere?.gateway, undefined);
    const gateways = routes.filter(isOf("10.2.0.0/16")).map(({ gateway }) => gateway);
    equal(gateways.join(), "192.168.150.2,192.168.150.3");
    ip("link", "set", "near", "down");
    await until(network, (state) => !state.routes.some(isOf("10.2.0.0/16")));
  });
});

test("a neighbour is usable once it has a MAC address, and gone when deleted", async () => {
  await withNetwork(async (network) => {
    ip("link", "set", "near", "up");
    ip("address", "add", "192.168.150.11/24", "dev", "near");
    const key = `${indexOf("near")} 192.168.150.12`;
    ip("neigh", "add", "192.168.150.12", "lladdr", "02:00:00:00:00:12", "dev", "near");
    await until(network, ({ neighbours }) => neighbours.get(key)?.usable === true);
    equal(network.state.neighbours.get(key)?.mac, "02:00:00:00:00:12");
    ip("neigh", "del", "192.168.150.12", "dev", "near");
    await until(network, ({ neighbours }) => neighbours.get(key)?.usable !== true);
  });
});

test("resolve() has the kernel ask, and tells when nobody answers", async () => {
  await withNetwork(async (network) => {
    ip("link", "set", "near", "up");
    ip("address", "add", "192.168.150.11/24", "dev", "near");
    const link = indexOf("near");
    ok(network.resolve(link, "192.168.150.13").ok);
    ok(ip("neigh", "show", "dev", "near").includes("managed"));
    const key = `${link} 192.168.150.13`;
    await until(network, ({ neighbours }) => neighbours.get(key)?.failed === true);
    equal(network.state.neighbours.get(key)?.usable, false);
  });
});

test("resolve() on an interface that is gone says so", async () => {
  await withNetwork((network) => {
    const refused = network.resolve(9999, "192.168.150.13");
    equal(refused.ok ? "resolved" : refused.fault.code, "LINK_MISSING");
  });
});

test("changes that the socket could not hold are made up for by a new dump", async () => {
  await withNetwork(async (network) => {
    ip("link", "set", "near", "up");
    ip("address", "add", "10.0.0.1/8", "dev", "near");
    // This thread does not read while the kernel announces far more than the socket's queue holds.
    const batch = Array.from({ length: 20_000 }, (_, at) => {
      const address = `10.1.${at >> 8}.${at & 255}`;
      return `route add ${address}/32 via 10.0.0.2`;
    });
    ipBatch(batch);
    await until(network, ({ routes }) => routes.filter(hasGateway).length === batch.length);
    ip("address", "add", "10.0.0.3/8", "dev", "near");
    await until(network, ({ addresses }) =>
      addresses.some(({ address }) => address === "10.0.0.3"),
    );
  });
});

function isOf(wanted: string) {
  return ({ destination, table }: { destination: string; table: number }) =>
    destination === wanted && table !== 255;
}

function hasGateway({ gateway }: { gateway?: string }): boolean {
  return gateway === "10.0.0.2";
}
