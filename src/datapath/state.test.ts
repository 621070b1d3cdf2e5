import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { connectionIsOver } from "./connection-change.ts";
import { IPPROTO_TCP, IPPROTO_UDP, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "./protocol.ts";
import {
  type Direction,
  nextState,
  State,
  stateIsActive,
  stateIsClosing,
  stateName,
} from "./state.ts";

const PSH = 8;
const states = fc.constantFrom(...Object.values(State));
const flags = fc.integer({ min: 0, max: 0xff });

const directions = fc.constantFrom<Direction>("input", "output", "input-only");

function segment(tcpFlags: number, direction: Direction = "input-only", secure = false) {
  return { protocol: IPPROTO_TCP, tcpFlags, direction, secure };
}

function after(...segments: number[]): string[] {
  let state: number = State.NONE;
  return segments.map((tcpFlags) => {
    state = nextState(segment(tcpFlags), state);
    return stateName(state);
  });
}

test("a client's packets alone lead through the states of one-sided IPVS", () => {
  assert.deepEqual(after(TCP_SYN, TCP_ACK, TCP_FIN | TCP_ACK, TCP_ACK), [
    "SYN_RECV",
    "ESTABLISHED",
    "FIN_WAIT",
    "FIN_WAIT",
  ]);
  assert.deepEqual(after(TCP_SYN, TCP_FIN | TCP_ACK), ["SYN_RECV", "TIME_WAIT"]);
  assert.deepEqual(after(TCP_SYN, TCP_ACK, TCP_RST), ["SYN_RECV", "ESTABLISHED", "CLOSE"]);
  assert.deepEqual(after(TCP_SYN, TCP_RST), ["SYN_RECV", "SYN_RECV"]);
  assert.deepEqual(after(TCP_SYN, TCP_ACK, TCP_SYN), ["SYN_RECV", "ESTABLISHED", "ESTABLISHED"]);
});

test("of several flags RST counts before SYN, SYN before FIN, FIN before ACK", () => {
  fc.assert(
    fc.property(flags, states, directions, fc.boolean(), (bits, state, direction, secure) => {
      const first = [TCP_RST, TCP_SYN, TCP_FIN, TCP_ACK].find((bit) => bits & bit) ?? 0;
      assert.equal(
        nextState(segment(bits, direction, secure), state),
        nextState(segment(first, direction, secure), state),
      );
    }),
  );
});

test("a segment without any of them closes the connection", () => {
  fc.assert(
    fc.property(states, directions, (state, direction) => {
      assert.equal(nextState(segment(PSH, direction), state), State.CLOSE);
    }),
  );
});

test("every packet in every TCP state leads to a state with a name", () => {
  fc.assert(
    fc.property(flags, states, directions, fc.boolean(), (bits, state, direction, secure) => {
      const next = nextState(segment(bits, direction, secure), state);
      assert.ok((Object.values(State) as number[]).includes(next));
      assert.doesNotMatch(stateName(next), /^state/);
    }),
  );
});

test("through NAT both halves are seen: the client's FIN leads to CLOSE_WAIT", () => {
  let state: number = State.NONE;
  const steps: readonly [Direction, number][] = [
    ["input", TCP_SYN],
    ["output", TCP_SYN | TCP_ACK],
    ["input", TCP_ACK],
    ["input", TCP_FIN | TCP_ACK],
    ["output", TCP_FIN | TCP_ACK],
  ];
  const names = steps.map(([direction, bits]) => {
    state = nextState(segment(bits, direction), state);
    return stateName(state);
  });
  const open = ["SYN_RECV", "SYN_RECV", "ESTABLISHED"];
  assert.deepEqual(names, [...open, "CLOSE_WAIT", "TIME_WAIT"]);
});

test("with secure_tcp a client's ACK alone does not establish a connection through NAT", () => {
  const next = (secure: boolean) =>
    stateName(nextState(segment(TCP_ACK, "input", secure), State.SYN_RECV));
  assert.equal(next(false), "ESTABLISHED");
  assert.equal(next(true), "SYN_RECV");
});

test("UDP has one state, which is neither active nor closing", () => {
  const packet = { ...segment(0), protocol: IPPROTO_UDP };
  fc.assert(fc.property(states, (state) => nextState(packet, state) === State.UDP));
  assert.equal(stateIsActive(State.UDP), false);
  assert.equal(stateIsClosing(State.UDP), false);
});

test("no state is both active and closing", () => {
  for (const state of Object.values(State)) {
    assert.ok(!(stateIsActive(state) && stateIsClosing(state)), stateName(state));
  }
});

test("conn_reuse_mode tells which entries a SYN may leave behind", () => {
  const over = (mode: number) =>
    Object.values(State)
      .filter((state) => connectionIsOver(state, mode, true))
      .map(stateName);
  assert.deepEqual(over(0), []);
  assert.deepEqual(over(1), ["TIME_WAIT", "CLOSE"]);
  assert.deepEqual(over(2), ["FIN_WAIT", "TIME_WAIT", "CLOSE"]);
  assert.deepEqual(over(3), ["FIN_WAIT", "TIME_WAIT", "CLOSE"]);
  assert.equal(connectionIsOver(State.FIN_WAIT, 3, false), false, "of NAT");
});
