import assert from "node:assert/strict";
import test from "node:test";
import type { Interface } from "../../kernel/linux/interface.ts";
import { examineGateway, type GatewayState } from "./examine-gateway.ts";

const VIP = "192.168.150.100";
const ETH0: Interface = {
  index: 2,
  name: "eth0",
  mac: "02:00:00:00:00:12",
  up: true,
  ethernet: true,
  addresses: [{ family: 4, address: "10.1.0.12", prefix: 24, scope: "global" }],
};

/** A real server of NAT as it should be. */
const HOST = { interfaces: [ETH0], listeners: ["10.1.0.12:80"] };
const WELL: GatewayState = {
  recorded: { director: "10.1.0.1", networks: ["default"] },
  routes: new Map([["default", ["default via 10.1.0.1 dev eth0"]]]),
  directorAnswers: true,
};

function found(host: Partial<typeof HOST>, state: Partial<GatewayState> = {}) {
  return [...examineGateway(VIP, { ...HOST, ...host }, { ...WELL, ...state })];
}

test("examineGateway() finds nothing where all is well, or the director cannot be asked", () => {
  assert.deepEqual(found({}), []);
  assert.deepEqual(found({}, { directorAnswers: undefined }), []);
});

test("examineGateway() tells each thing that is wrong, and the command", () => {
  const vip = { family: 4, address: VIP, prefix: 32, scope: "global" } as const;
  const interfaces = [{ ...ETH0, addresses: [...ETH0.addresses, vip] }];
  const routes = new Map([["default", ["default via 10.1.0.77 dev eth0"]]]);
  const all = found(
    { interfaces, listeners: ["127.0.0.1:80", "[::1]:25"] },
    { routes, directorAnswers: false },
  );
  assert.deepEqual(
    all.map(({ code }) => code),
    ["VIP_ON_HOST", "ROUTE_MISSING", "DIRECTOR_SILENT", "NOBODY_LISTENS"],
  );
  assert.equal(all[0]!.fix, `ip address del ${VIP}/32 dev eth0`);
  assert.equal(all[1]!.fix, `weir real-server up ${VIP} --method nat --director 10.1.0.1`);
});

test("examineGateway() names the networks that were asked for", () => {
  const networks = ["10.7.0.0/16", "10.8.0.0/16"];
  const [missing] = found({}, { recorded: { director: "10.1.0.1", networks }, routes: new Map() });
  assert.match(missing!.problem, /^10\.7\.0\.0\/16 is not routed/);
  assert.match(missing!.fix, /--route 10\.7\.0\.0\/16 10\.8\.0\.0\/16$/);
  assert.deepEqual(
    found({}, { recorded: undefined }).map(({ code }) => code),
    ["GATEWAY_NOT_UP"],
  );
});
