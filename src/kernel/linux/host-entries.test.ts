import { deepEqual, equal, match, ok } from "node:assert/strict";
import { test } from "node:test";
import { success } from "../../base/fault.ts";
import type { HostAddress, HostEntries, HostRoute } from "../host-entries.ts";
import { openHostEntries } from "./host-entries.ts";
import { indexOf, inNamespace, ip, testAddon } from "./namespace.fixture.ts";

async function withEntries(body: (entries: HostEntries, link: number) => void): Promise<void> {
  await inNamespace(() => {
    ip("link", "add", "eth0", "type", "veth", "peer", "name", "far");
    ip("link", "set", "eth0", "up");
    ip("link", "set", "far", "up");
    ip("address", "add", "192.168.150.11/24", "dev", "eth0");
    ip("address", "add", "2001:db8::11/64", "dev", "eth0", "nodad");
    const opened = openHostEntries(testAddon());
    ok(opened.ok);
    try {
      body(opened.value, indexOf("eth0"));
    } finally {
      opened.value.close();
    }
  });
}

const MAIN = { family: 4, table: 254, blackhole: false } as const;

function routes(...words: string[]): string {
  return ip(...words, "route", "show", "table", "all", "proto", "keepalived").trim();
}

test("routes of each kind are added, once, and removed", async () => {
  await withEntries((entries, link) => {
    const kinds: readonly (readonly [HostRoute, RegExp])[] = [
      [
        { ...MAIN, destination: "10.1.0.0/16", gateway: "192.168.150.1" },
        /^10\.1\.0\.0\/16 via 192\.168\.150\.1 dev eth0/,
      ],
      [
        { ...MAIN, destination: "10.2.0.0/16", link, metric: 7, source: "192.168.150.11" },
        /^10\.2\.0\.0\/16 dev eth0 scope link src 192\.168\.150\.11 metric 7/,
      ],
      [{ ...MAIN, destination: "10.3.0.0/16", blackhole: true }, /^blackhole 10\.3\.0\.0\/16/],
      [
        { ...MAIN, destination: "0.0.0.0/0", gateway: "192.168.150.1", table: 1000 },
        /^default via 192\.168\.150\.1 dev eth0 table 1000/,
      ],
      [
        { ...MAIN, family: 6, destination: "2001:db8:1::/48", gateway: "2001:db8::1", link },
        /^2001:db8:1::\/48 via 2001:db8::1 dev eth0/,
      ],
    ];
    for (const [route, shown] of kinds) {
      const family = route.family === 4 ? "-4" : "-6";
      deepEqual(entries.addRoute(route), success(true));
      deepEqual(entries.addRoute(route), success(false));
      match(routes(family), shown);
      equal(routes(family).split("\n").length, 1);
      ok(entries.removeRoute(route).ok);
      equal(routes(family), "");
      ok(entries.removeRoute(route).ok);
    }
  });
});

test("a route of somebody else's stays", async () => {
  await withEntries((entries) => {
    ip("route", "add", "10.1.0.0/16", "via", "192.168.150.1");
    ok(entries.removeRoute({ ...MAIN, destination: "10.1.0.0/16", gateway: "192.168.150.1" }).ok);
    match(ip("route"), /10\.1\.0\.0\/16 via 192\.168\.150\.1/);
  });
});

test("addresses are added without an end, and removed", async () => {
  await withEntries((entries, link) => {
    const four: HostAddress = {
      family: 4,
      address: "192.168.7.1",
      prefix: 24,
      link,
      scope: 253,
      label: "eth0:7",
      broadcast: "192.168.7.255",
    };
    const six: HostAddress = { family: 6, address: "2001:db8:7::1", prefix: 64, link };
    for (const address of [four, four, six, six]) ok(entries.addAddress(address).ok);
    const shown = ip("address", "show", "dev", "eth0");
    match(shown, /192\.168\.7\.1\/24 brd 192\.168\.7\.255 scope link eth0:7\n\s+valid_lft forever/);
    match(shown, /2001:db8:7::1\/64 scope global nodad.*\n\s+valid_lft forever/);
    for (const address of [four, four, six, six]) ok(entries.removeAddress(address).ok);
    equal(/192\.168\.7\.1|2001:db8:7::1/.test(ip("address", "show", "dev", "eth0")), false);
  });
});

test("what the kernel refuses is said with what it is about", async () => {
  await withEntries((entries) => {
    const away = { ...MAIN, destination: "10.1.0.0/16", gateway: "172.16.0.1" };
    const route = entries.addRoute(away);
    equal(route.ok ? "added" : route.fault.code, "ROUTE_REFUSED");
    match(route.ok ? "" : route.fault.message, /the route to 10\.1\.0\.0\/16.*ENETUNREACH/);
    const address = entries.addAddress({ family: 4, address: "10.0.0.1", prefix: 24, link: 9999 });
    equal(address.ok ? "added" : address.fault.code, "ADDRESS_REFUSED");
  });
});
