import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionPlace, findConnectionExact, wordServer, wordState } from "./connection.ts";
import { removeConnection } from "./connection-end.ts";
import { newConnection } from "./connection-new.ts";
import { SERVER_AVAILABLE, TICKS_PER_SECOND } from "./constants.ts";
import { assureTemplate, controlConnection, schedulePersistent } from "./persistence.ts";
import { setPool, writePool } from "./pool.ts";
import { State } from "./state.ts";
import { sweep } from "./sweep.ts";
import type { View } from "./tables.ts";
import { testTuple, testView } from "./testing/tables.ts";
import { mappedWords, portsWord, type Tuple } from "./tuple.ts";

const SERVICE = 2;
const ticks = (seconds: number) => Math.round(seconds * TICKS_PER_SECOND);

/** A service of rr over servers 4 and 5, persistent for a minute and a half by /24. */
function viewOf(): View {
  const view = testView({ buckets: 16 });
  const members = [4, 5].map((server) => ({ server, weight: 1 }));
  const start = { generation: 1, scheduler: 0, flags: 0, startCursor: 0, startWeight: 0 };
  const header = { ...start, weightMax: 1, weightGcd: 1 };
  const noRing = { ring: new Uint16Array(0), lastWeights: new Uint32Array(0) };
  writePool(view, 0, { ...noRing, header, members });
  setPool(view, SERVICE, 0, 1);
  view.services.set(SERVICE, "protocol", 6);
  view.services.set(SERVICE, "port", 80);
  view.services.set(SERVICE, "persistence", ticks(90));
  view.services.set(SERVICE, "netmask", 0x00ff_ffff);
  for (const { server } of members) {
    view.servers.set(server, "flags", SERVER_AVAILABLE);
    view.servers.set(server, "weight", 1);
    view.servers.set(server, "service", SERVICE);
  }
  return view;
}

function client(last: number, port = 2000): Tuple {
  // 192.168.150.LAST; the word is little-endian.
  const address = mappedWords(((last << 24) | 0x96a8c0) >>> 0);
  return testTuple({ client: address, ports: portsWord(port, 80) });
}

function ask(view: View, tuple: Tuple, now = 0) {
  return schedulePersistent(view, SERVICE, { tuple, tag: 1, now });
}

/** A connection that the template controls; its index. */
function connect(view: View, tuple: Tuple, now: number): number {
  const { server, template } = ask(view, tuple, now);
  const place = connectionPlace(view, tuple);
  const state = State.SYN_RECV;
  const entry = { server: server!, vip: 0, state, collides: false, control: template! + 1 };
  const entered = newConnection(view, tuple, place, entry, now);
  assert.ok(typeof entered === "object");
  controlConnection(view, template!, state, now);
  return entered.index;
}

test("clients that the mask makes one go to one server, others by the scheduler", () => {
  const view = viewOf();
  const first = ask(view, client(1));
  assert.equal(wordState(view, first.template!), State.TEMPLATE);
  assert.deepEqual(ask(view, client(77)), first);
  assert.equal(view.loads.get(first.server!, "persistent"), 1);
  const elsewhere = testTuple({ client: mappedWords(0x0100000a) });
  assert.notEqual(ask(view, elsewhere).server, first.server);
});

test("a template lives as long as it is told, and a minute more while it has connections", () => {
  const view = viewOf();
  const connection = connect(view, client(1), 0);
  const { template } = ask(view, client(1));
  sweep(view, 0, 16, ticks(1));
  const live = (seconds: number) => {
    // The connection itself is kept alive; only its template ages.
    view.cold.set(connection, "seen", ticks(seconds));
    sweep(view, 0, 16, ticks(seconds));
    return wordState(view, template!) === State.TEMPLATE;
  };
  assert.ok(live(90));
  assert.ok(live(92), "due, and extended");
  assert.ok(live(151));
  removeConnection(view, connection);
  assert.equal(view.cold.get(template!, "control"), 0);
  assert.ok(live(151.5), "not before the extension ends");
  assert.ok(!live(153));
  assert.equal(view.loads.get(4, "persistent") + view.loads.get(5, "persistent"), 0);
});

test("each connection begins the template's time anew, and an established one assures it", () => {
  const view = viewOf();
  connect(view, client(1), 0);
  const connection = connect(view, client(2), ticks(50));
  const { template } = ask(view, client(1), ticks(50));
  assert.equal(view.cold.get(template!, "control"), 2);
  assert.equal(view.cold.get(template!, "seen"), ticks(50));
  assureTemplate(view, connection, State.SYN_RECV);
  assert.equal(wordState(view, template!), State.TEMPLATE);
  assureTemplate(view, connection, State.ESTABLISHED);
  assert.equal(wordState(view, template!), State.ASSURED);
});

test("a template of a server that is gone is left to its connections", () => {
  const view = viewOf();
  const connection = connect(view, client(1), 0);
  const { server, template } = ask(view, client(1));
  view.servers.set(server!, "flags", 0);
  const next = ask(view, client(1));
  assert.notEqual(next.template, template);
  assert.equal(view.cold.get(template!, "virtual_port"), 0xffff);
  assert.equal(wordServer(view, template!), server);
  removeConnection(view, connection);
  assert.equal(view.cold.get(template!, "control"), 0);
});

test("a quiesced server keeps its persistent clients, unless expire_quiescent_template", () => {
  const view = viewOf();
  const first = ask(view, client(1));
  view.servers.set(first.server!, "weight", 0);
  assert.deepEqual(ask(view, client(1)), first);
  view.control.set(0, "expire_quiescent_template", 1);
  assert.notEqual(ask(view, client(1)).template, first.template);
});

test("port 0 and a mark have one template for all of their ports", () => {
  const view = viewOf();
  view.services.set(SERVICE, "port", 0);
  const http = testTuple({ ports: portsWord(2000, 80) });
  const https = testTuple({ ports: portsWord(2001, 443) });
  assert.deepEqual(ask(view, https), ask(view, http));

  const marked = viewOf();
  marked.services.set(SERVICE, "protocol", 0);
  marked.services.set(SERVICE, "port", 0);
  const udp = testTuple({ protocol: 17, virtual: mappedWords(9), ports: portsWord(1, 53) });
  assert.deepEqual(ask(marked, udp), ask(marked, http));
});

test("IPv6 clients are one by the prefix of their addresses", () => {
  const view = viewOf();
  view.services.set(SERVICE, "netmask", 62);
  const six = (third: number) =>
    testTuple({ family: 6, client: [0x0000_00fd, third, 5, 9], virtual: [1, 2, 3, 4] });
  const first = ask(view, six(0x0000_0000));
  // The lowest two bits of the second word, in network byte order.
  assert.deepEqual(ask(view, six(0x0300_0000)), first);
  assert.notEqual(ask(view, six(0x0400_0000)).template, first.template);
});

test("a template that finds no room is done without", () => {
  const view = viewOf();
  const tuple = client(1);
  for (let index = 0; index < 16 * 8; index++) {
    view.words[2 * index + 1] = 5;
    view.words[2 * index] = (1 << 24) | (State.ESTABLISHED << 16);
  }
  const { server, template } = ask(view, tuple);
  assert.equal(template, undefined);
  assert.ok(server === 4 || server === 5);
  assert.equal(findConnectionExact(view, tuple, connectionPlace(view, tuple)).index, undefined);
});
