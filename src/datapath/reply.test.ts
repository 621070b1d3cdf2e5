import assert from "node:assert/strict";
import { test } from "node:test";
import { mappedBytes } from "../wire/address.ts";
import { hex } from "../wire/bytes.ts";
import { frame } from "../wire/frame.ts";
import type { IpSpec } from "../wire/packet-builder.ts";
import type { TcpFlag } from "../wire/tcp.ts";
import { wordState } from "./connection.ts";
import { leasedHome } from "./lease.ts";
import { receive } from "./receive.ts";
import { State } from "./state.ts";
import type { View } from "./tables.ts";
import {
  CLIENT_MAC,
  DIRECTOR_MAC,
  enter,
  enterWithReverse,
  INSIDE,
  INSIDE_MAC,
  natView,
  OUTSIDE,
  routeOutside,
  SERVER_MAC,
  writeNatServer,
  writeService,
} from "./testing/nat.ts";
import { portsWord, readWords, type Tuple, type Words } from "./tuple.ts";
import type { FindRoute, Received } from "./verdict.ts";

const CLIENT = "192.168.150.60";
const VIP = "192.168.150.100";
const OTHER_VIP = "192.168.150.101";
const SERVER = "10.0.0.99";
const [TCP, UDP] = [6, 17];

const words = (address: string): Words => readWords(new DataView(mappedBytes(address).buffer), 0);

function flow(virtualPort: number, virtual = VIP, protocol = TCP): Tuple {
  const ports = portsWord(3021, virtualPort);
  return { family: 4, client: words(CLIENT), virtual: words(virtual), ports, protocol, kind: 0 };
}

interface Answer {
  readonly port?: number;
  readonly flags?: readonly TcpFlag[];
  readonly ip?: Partial<IpSpec>;
  readonly udp?: boolean;
}

function from(source: string, eth: { source: string; destination: string }, answer: Answer) {
  const ports = { sourcePort: answer.port ?? 8080, destinationPort: 3021 };
  const transport = answer.udp
    ? { udp: ports }
    : { tcp: { ...ports, flags: answer.flags ?? ["ack"] } };
  return frame({
    eth,
    ip: { source, destination: CLIENT, ...answer.ip },
    ...transport,
    payload: "a",
  });
}

/** What the server sends to the client. */
const sent = (answer: Answer = {}) =>
  from(SERVER, { source: SERVER_MAC, destination: INSIDE_MAC }, answer);

/** The same as the client gets it. */
const got = (virtual: string, answer: Answer = {}) => {
  const eth = { source: DIRECTOR_MAC, destination: CLIENT_MAC };
  return from(virtual, eth, { ...answer, ip: { ttl: 63, ...answer.ip } });
};

function answered(view: View, bytes: Uint8Array, findRoute: FindRoute = routeOutside): Received {
  return receive(view, { frame: bytes, ifindex: INSIDE }, 1n << 20n, findRoute);
}

/** VIP:80 over TCP, whose server takes it at 8080, with one established connection. */
function established(): { view: View; index: number } {
  const view = natView();
  writeService(view, 0, { protocol: TCP, address: VIP, port: 80 });
  writeNatServer(view, 4, { service: 0, address: SERVER, port: 8080 });
  return { view, index: enter(view, flow(80), 4, State.ESTABLISHED) };
}

test("an answer goes to the client as from the VIP, and is counted as the server's", () => {
  const { view } = established();
  const received = answered(view, sent());
  assert.equal(received.reason, "replied");
  assert.equal(received.verdict, "redirect");
  assert.equal(received.ifindex, OUTSIDE);
  assert.equal(hex(received.frame), hex(got(VIP, { port: 80 })));
  assert.equal(view.stats.getWord(4, "out_packets"), 1n);
  assert.equal(view.stats.getWord(4, "out_bytes"), 41n);
});

test("an answer moves the connection as the output table has it", () => {
  const { view, index } = established();
  answered(view, sent({ flags: ["fin", "ack"] }));
  assert.equal(wordState(view, index), State.FIN_WAIT);
});

test("without a known way the answer goes up changed, its TTL left to the kernel", () => {
  const { view } = established();
  const received = answered(view, sent(), () => undefined);
  assert.equal(received.reason, "reply-up");
  assert.equal(received.verdict, "pass");
  const eth = { source: SERVER_MAC, destination: INSIDE_MAC };
  assert.equal(hex(received.frame), hex(from(VIP, eth, { port: 80 })));
});

test("a way by an interface that is not ours is the kernel's", () => {
  const { view } = established();
  const received = answered(view, sent(), (asked) => {
    const route = routeOutside(asked);
    return typeof route === "object" ? { ...route, ifindex: 9 } : route;
  });
  assert.equal(received.reason, "reply-up");
});

const UNCHANGED: readonly [string, Answer, FindRoute][] = [
  ["whose TTL ends here", { ip: { ttl: 1 } }, routeOutside],
  ["that is too big for the way and must not be fragmented", {}, () => "too-big"],
];

for (const [what, answer, findRoute] of UNCHANGED) {
  test(`an answer ${what} goes up as it came, for the kernel to tell the server`, () => {
    const { view } = established();
    const received = answered(view, sent(answer), findRoute);
    assert.equal(received.reason, "reply-up");
    assert.equal(hex(received.frame), hex(sent(answer)));
    assert.equal(view.stats.getWord(4, "out_packets"), 0n);
  });
}

test("an answer that is too big for the way may be fragmented by the kernel", () => {
  const { view } = established();
  const ip = { dontFragment: false };
  const received = answered(view, sent({ ip }), () => "too-big");
  const eth = { source: SERVER_MAC, destination: INSIDE_MAC };
  assert.equal(hex(received.frame), hex(from(VIP, eth, { port: 80, ip })));
});

test("without the lease nothing of a connection goes on", () => {
  const { view } = established();
  const words = mappedBytes(VIP);
  const home = leasedHome(view, readWords(new DataView(words.buffer), 0));
  view.leasedAddresses.bytes(home, "address").set(words);
  view.leasedAddresses.set(home, "slot", 1);
  view.control.set(0, "elections", 1);
  assert.equal(answered(view, sent()).reason, "no-lease");
});

test("of two services with one server the connection tells which", () => {
  const { view } = established();
  writeService(view, 1, { protocol: TCP, address: OTHER_VIP, port: 443 });
  writeNatServer(view, 5, { service: 1, address: SERVER, port: 8080 });
  view.servers.set(5, "next_same", 4 + 1);
  assert.equal(hex(answered(view, sent()).frame), hex(got(VIP, { port: 80 })));
  assert.equal(view.stats.getWord(4, "out_packets"), 1n);
});

test("a server that takes all ports answers from the one that was asked", () => {
  const view = natView();
  writeService(view, 0, { protocol: TCP, address: VIP, port: 0 });
  writeNatServer(view, 4, { service: 0, address: SERVER, port: 0 });
  enter(view, flow(443), 4, State.ESTABLISHED);
  assert.equal(hex(answered(view, sent({ port: 443 })).frame), hex(got(VIP, { port: 443 })));
});

for (const service of [
  { protocol: 0, address: "0.0.0.7", port: 0 },
  { protocol: TCP, address: OTHER_VIP, port: 0 },
]) {
  const what = service.protocol === 0 ? "a mark" : "all ports at one server port";
  test(`of a service of ${what} the answer's own entry tells the VIP and its port`, () => {
    const view = natView();
    writeService(view, 0, service);
    writeNatServer(view, 4, { service: 0, address: SERVER, port: 8080 });
    const index = enterWithReverse(view, flow(443, OTHER_VIP), 4, State.ESTABLISHED);
    const received = answered(view, sent({ flags: ["rst"] }));
    assert.equal(hex(received.frame), hex(got(OTHER_VIP, { port: 443, flags: ["rst"] })));
    assert.equal(wordState(view, index), State.CLOSE);
  });
}

test("an answer by UDP vouches for the connection's template", () => {
  const view = natView();
  writeService(view, 0, { protocol: UDP, address: VIP, port: 53 });
  view.services.set(0, "persistence", 1000);
  writeNatServer(view, 4, { service: 0, address: SERVER, port: 8080 });
  const template = enter(view, { ...flow(53, VIP, UDP), kind: 1 }, 4, State.TEMPLATE);
  const index = enter(view, flow(53, VIP, UDP), 4, State.UDP);
  view.cold.set(index, "control", template + 1);
  const received = answered(view, sent({ udp: true }));
  assert.equal(hex(received.frame), hex(got(VIP, { port: 53, udp: true })));
  assert.equal(wordState(view, template), State.ASSURED);
});

test("a flow that found no room is answered all the same", () => {
  const view = natView();
  writeService(view, 0, { protocol: TCP, address: VIP, port: 80 });
  writeNatServer(view, 4, { service: 0, address: SERVER, port: 8080 });
  assert.equal(answered(view, sent()).reason, "not-a-service");
  view.services.set(0, "untracked", 1);
  assert.equal(hex(answered(view, sent()).frame), hex(got(VIP, { port: 80 })));
});

test("what a server sends of a removed service, or of no connection, is let be", () => {
  const { view } = established();
  const other = answered(view, sent({ port: 22 }));
  assert.equal(other.verdict, "pass");
  assert.equal(hex(other.frame), hex(sent({ port: 22 })));
  view.servers.set(4, "service", 0xffff_ffff);
  assert.equal(answered(view, sent()).reason, "not-a-service");
});
