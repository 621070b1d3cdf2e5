import assert from "node:assert/strict";
import test from "node:test";
import type { ArpValues } from "./arp-policy.ts";
import { describeTunnel, examineTunnel, type TunnelState } from "./examine-tunnel.ts";
import { configurationOf, linksOf } from "./tunnel.ts";

const VIP = "192.168.150.100";
const STRICT: ArpValues = { all: 0, interfaces: new Map([["eth0", 1]]) };

/** A real server of tunnels as it should be. */
const WELL: TunnelState = {
  recorded: { directors: ["10.0.0.1", "10.0.0.2"], guePort: 6080, links: ["eth0"] },
  attached: [{ link: "eth0", mode: "native", beside: [] }],
  told: { directors: ["10.0.0.1", "10.0.0.2"], vips: [VIP], guePort: 6080 },
  counts: { decapsulated: 7 },
};

const found = (state: Partial<TunnelState>) => [
  ...examineTunnel(VIP, { ...WELL, ...state }, STRICT),
];
const codes = (state: Partial<TunnelState>) => found(state).map(({ code }) => code);

test("examineTunnel() finds nothing where all is well", () => {
  assert.deepEqual(codes({}), []);
});

test("examineTunnel() tells what is not up, not attached or not told, and the command", () => {
  assert.deepEqual(codes({ recorded: undefined }), ["TUNNEL_NOT_UP"]);
  const [missing] = found({ attached: [], told: undefined });
  assert.equal(missing?.code, "DECAPSULATION_MISSING");
  assert.equal(
    missing.fix,
    `weir real-server up ${VIP} --method tun --director 10.0.0.1 10.0.0.2 --port 6080`,
  );
  const told = { directors: ["10.0.0.2"], vips: [], guePort: 0 };
  assert.deepEqual(codes({ told }), ["DIRECTOR_UNKNOWN", "VIP_UNKNOWN", "GUE_PORT"]);
});

test("examineTunnel() tells a reply path that strict filtering cuts", () => {
  const beside = [{ link: "eth0", mode: "native", beside: ["eth1"] }] as const;
  const [cut] = found({ attached: beside });
  assert.equal(cut?.code, "REPLY_PATH");
  assert.equal(cut.fix, "sysctl -w net.ipv4.conf.eth0.rp_filter=2");
});

test("examineTunnel() goes by counters only while nothing has come through", () => {
  const counts = { "outer-source": 3, "inner-destination": 2 };
  assert.deepEqual(codes({ counts }), ["OUTER_SOURCE", "INNER_DESTINATION"]);
  const state = { ...WELL, counts: { ...counts, decapsulated: 1 } };
  assert.deepEqual(codes(state), []);
  assert.deepEqual(describeTunnel(state), [
    "packets leave tunnels on eth0 (native XDP)",
    "1 packets have come out of tunnels",
    "3 tunnelled packets came from others than the directors, and were dropped",
    "2 packets in tunnels were for addresses that are not up, and were dropped",
  ]);
});

test("one program serves all VIPs: it is told what they ask for together", () => {
  const tunnel = (directors: string[], guePort: number, link: string) => {
    return { directors, guePort, links: [link] };
  };
  const record = {
    boot: "",
    sysctls: [],
    vips: [
      { address: "192.168.150.99", found: false },
      { address: VIP, found: false, tunnel: tunnel(["10.0.0.1"], 6080, "eth0") },
      {
        address: "2001:db8::64",
        found: false,
        tunnel: tunnel(["10.0.0.2", "10.0.0.1"], 0, "eth1"),
      },
    ],
  };
  assert.deepEqual(configurationOf(record), {
    ipip: true,
    gre: true,
    guePort: 6080,
    directors: ["10.0.0.1", "10.0.0.2"],
    vips: [VIP, "2001:db8::64"],
  });
  assert.deepEqual(linksOf(record), ["eth0", "eth1"]);
});
