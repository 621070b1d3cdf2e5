import assert from "node:assert/strict";
import test from "node:test";
import { parseSetup, type SetupWords } from "./method.ts";

const VIP = "192.168.150.100";

function setup(words: SetupWords, vip = VIP) {
  const parsed = parseSetup(vip, words);
  assert.ok(parsed.ok, parsed.ok ? "" : parsed.fault.message);
  return parsed.value;
}

function codeOf(words: SetupWords, vip = VIP): string {
  const parsed = parseSetup(vip, words);
  return parsed.ok ? "" : parsed.fault.code;
}

test("parseSetup() takes direct routing where nothing is said", () => {
  const nothing = { method: "dr", directors: [], guePort: 0, networks: [], link: undefined };
  assert.deepEqual(setup({}), nothing);
});

test("parseSetup() takes directors in canonical form, each once, of either family", () => {
  const director = ["10.0.0.1", "2001:DB8::0001", "10.0.0.1"];
  const { directors, guePort } = setup({ method: "tun", director, port: "6080" });
  assert.deepEqual(directors, ["10.0.0.1", "2001:db8::1"]);
  assert.equal(guePort, 6080);
});

test("parseSetup() routes everything by NAT's director unless networks are named", () => {
  const words = { method: "nat", director: ["10.0.0.1"] };
  assert.deepEqual(setup(words).networks, ["default"]);
  assert.deepEqual(setup({ ...words, route: ["10.7.0.0/16"] }).networks, ["10.7.0.0/16"]);
});

test("parseSetup() refuses what cannot be meant", () => {
  const tun = { method: "tun", director: ["10.0.0.1"] };
  const nat = { method: "nat", director: ["10.0.0.1"] };
  assert.equal(codeOf({ method: "masq" }), "BAD_METHOD");
  assert.equal(codeOf({ director: ["10.0.0.1"] }), "OPTION_OF_OTHER_METHOD");
  assert.equal(codeOf({ ...nat, port: "6080" }), "OPTION_OF_OTHER_METHOD");
  assert.equal(codeOf({ ...tun, route: ["default"] }), "OPTION_OF_OTHER_METHOD");
  assert.equal(codeOf({ method: "tun" }), "BAD_DIRECTOR");
  assert.equal(codeOf({ method: "tun", director: ["lb1"] }), "BAD_DIRECTOR");
  assert.equal(codeOf({ method: "nat", director: ["10.0.0.1", "10.0.0.2"] }), "BAD_DIRECTOR");
  assert.equal(codeOf(nat, "2001:db8::100"), "BAD_DIRECTOR");
  for (const port of ["0", "65536", "x", ""]) assert.equal(codeOf({ ...tun, port }), "BAD_PORT");
  for (const route of ["10.7.0.0", "10.7.0.0/33", "2001:db8::/64", "all"]) {
    assert.equal(codeOf({ ...nat, route: [route] }), "BAD_ROUTE", route);
  }
});
