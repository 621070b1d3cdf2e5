import assert from "node:assert/strict";
import { test } from "node:test";
import { mappedBytes } from "../wire/address.ts";
import { markOf } from "./mark.ts";
import { IPPROTO_TCP, IPPROTO_UDP } from "./protocol.ts";
import type { View } from "./tables.ts";
import { testPacket, testTuple, testView } from "./testing/tables.ts";
import { portsWord } from "./tuple.ts";

interface Rule {
  readonly source?: string;
  readonly sourcePrefix?: number;
  readonly destination?: string;
  readonly destinationPrefix?: number;
  readonly protocol?: number;
  readonly ports?: readonly [number, number];
  readonly ifindex?: number;
  readonly family?: 4 | 6;
  readonly mark: number;
}

function viewWith(...rules: Rule[]): View {
  const view = testView();
  for (const [i, rule] of rules.entries()) {
    view.marks.bytes(i, "source").set(mappedBytes(rule.source ?? "0.0.0.0"));
    view.marks.bytes(i, "destination").set(mappedBytes(rule.destination ?? "0.0.0.0"));
    view.marks.set(i, "source_prefix", rule.sourcePrefix ?? 96);
    view.marks.set(i, "destination_prefix", rule.destinationPrefix ?? 96);
    view.marks.set(i, "protocol", rule.protocol ?? 0);
    view.marks.set(i, "family", rule.family ?? 4);
    view.marks.set(i, "source_port_last", 0xffff);
    const [first, last] = rule.ports ?? [0, 0xffff];
    view.marks.set(i, "destination_port_first", first);
    view.marks.set(i, "destination_port_last", last);
    view.marks.set(i, "ifindex", rule.ifindex ?? 0);
    view.marks.set(i, "mark", rule.mark);
  }
  view.control.set(0, "marks_count", rules.length);
  return view;
}

/** From 192.168.150.60:2001 to 192.168.150.100:80 over TCP, on interface 3. */
const PACKET = testPacket();

test("without rules no packet has a mark, and a rule of everything marks all of its family", () => {
  assert.equal(markOf(testView(), PACKET, 3), 0);
  assert.equal(markOf(viewWith({ mark: 9 }), PACKET, 3), 9);
  assert.equal(markOf(viewWith({ mark: 9, family: 6, sourcePrefix: 0 }), PACKET, 3), 0);
});

test("all of a rule must fit", () => {
  const marked = (rule: Omit<Rule, "mark">) => markOf(viewWith({ ...rule, mark: 1 }), PACKET, 3);
  assert.equal(marked({ protocol: IPPROTO_TCP }), 1);
  assert.equal(marked({ protocol: IPPROTO_UDP }), 0);
  assert.equal(marked({ ifindex: 3 }), 1);
  assert.equal(marked({ ifindex: 4 }), 0);
  assert.equal(marked({ ports: [80, 80] }), 1);
  assert.equal(marked({ ports: [81, 443] }), 0);
  assert.equal(marked({ ports: [0, 79] }), 0);
  assert.equal(marked({ source: "192.168.150.60", sourcePrefix: 128 }), 1);
  assert.equal(marked({ source: "192.168.150.61", sourcePrefix: 128 }), 0);
  assert.equal(marked({ source: "192.168.150.61", sourcePrefix: 127 }), 1);
});

test("a prefix may end in the middle of a byte", () => {
  const marked = (destinationPrefix: number) =>
    markOf(viewWith({ destination: "192.168.150.96", destinationPrefix, mark: 1 }), PACKET, 3);
  assert.equal(marked(128), 0);
  assert.equal(marked(125), 1);
  assert.equal(marked(126), 0);
});

test("the first rule that fits wins", () => {
  const view = viewWith({ protocol: IPPROTO_UDP, mark: 1 }, { mark: 2 }, { mark: 3 });
  assert.equal(markOf(view, PACKET, 3), 2);
  const udp = testPacket({ tuple: testTuple({ protocol: IPPROTO_UDP, ports: portsWord(1, 2) }) });
  assert.equal(markOf(view, udp, 3), 1);
});

test("a new set of rules is taken whole from where it stands", () => {
  const view = viewWith({ mark: 1 }, { mark: 2 }, { mark: 3 });
  view.control.set(0, "marks_start", 2);
  view.control.set(0, "marks_count", 1);
  assert.equal(markOf(view, PACKET, 3), 3);
});
