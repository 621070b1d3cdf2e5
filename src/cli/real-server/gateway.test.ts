import assert from "node:assert/strict";
import test from "node:test";
import { gatewayOf, leadsBy, otherGateway, routeWords } from "./gateway.ts";
import { emptyRecord } from "./record.ts";
import { rememberRoute, rememberVip } from "./remember.ts";

test("leadsBy() goes by the preferred route", () => {
  const routes = ["default via 10.1.0.77 dev eth0", "default via 10.1.0.1 dev eth0 metric 50"];
  assert.equal(leadsBy(routes, "10.1.0.77"), true);
  assert.equal(leadsBy(routes, "10.1.0.1"), false);
  assert.equal(leadsBy([], "10.1.0.1"), false);
});

test("gatewayOf() reads the gateway of either family, and that there is none", () => {
  assert.equal(gatewayOf("default via inet6 fe80::1 dev eth0"), "fe80::1");
  assert.equal(gatewayOf("default via 10.1.0.1 dev eth0"), "10.1.0.1");
  assert.equal(gatewayOf("default dev ppp0 scope link"), undefined);
});

test("routeWords() leaves out what tells of a route's state alone", () => {
  assert.deepEqual(
    routeWords(
      "default via fe80::1 dev eth0 proto ra metric 1024 expires 1700sec linkdown pref medium",
    ),
    "default via fe80::1 dev eth0 proto ra metric 1024 pref medium".split(" "),
  );
});

test("rememberRoute() keeps what was there first, for each family", () => {
  const old = ["default via 10.1.0.77 dev eth0"];
  const first = { network: "default", via: "10.1.0.1", before: old };
  const again = { network: "default", via: "10.1.0.2", before: ["default via 10.1.0.1 dev eth0"] };
  const six = { network: "default", via: "2001:db8::1", before: [] };
  const record = [first, again, six].reduce(rememberRoute, emptyRecord());
  assert.deepEqual(record.routes, [{ ...again, before: old }, six]);
});

test("otherGateway() tells a network that another director is the gateway of", () => {
  const gateway = { director: "10.1.0.1", networks: ["default"] };
  const vip = { address: "192.168.150.100", found: false, method: "nat", gateway } as const;
  const record = rememberVip(emptyRecord(), vip);
  const asked = { director: "10.1.0.2", networks: ["10.7.0.0/16", "default"] };
  assert.equal(otherGateway(record, asked)?.address, vip.address);
  assert.equal(otherGateway(record, { ...asked, networks: ["10.7.0.0/16"] }), undefined);
  assert.equal(otherGateway(record, { ...asked, director: "2001:db8::1" }), undefined);
  assert.equal(otherGateway(record, gateway), undefined);
});
