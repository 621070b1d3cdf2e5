import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { connectionIsOver } from "./connection-change.ts";
import { IPPROTO_UDP, TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from "./packet.ts";
import { nextState, State, stateIsActive, stateIsClosing, stateName, tcpEvent } from "./state.ts";
import { testPacket } from "./testing/tables.ts";

const PSH = 8;
const states = fc.constantFrom(...Object.values(State));
const flags = fc.integer({ min: 0, max: 0xff });

function after(...segments: number[]): string[] {
  let state: State = State.NONE;
  return segments.map((tcpFlags) => {
    state = nextState(testPacket({ tcpFlags }), state);
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
    fc.property(flags, (bits) => {
      const first = [
        [TCP_RST, "rst"],
        [TCP_SYN, "syn"],
        [TCP_FIN, "fin"],
        [TCP_ACK, "ack"],
      ].find(([bit]) => bits & (bit as number));
      assert.equal(tcpEvent(bits), first?.[1]);
    }),
  );
});

test("a segment without any of them closes the connection", () => {
  fc.assert(
    fc.property(states, (state) => {
      assert.equal(nextState(testPacket({ tcpFlags: PSH }), state), State.CLOSE);
    }),
  );
});

test("every packet in every TCP state leads to a state with a name", () => {
  fc.assert(
    fc.property(flags, states, (tcpFlags, state) => {
      const next = nextState(testPacket({ tcpFlags }), state);
      assert.ok(Object.values(State).includes(next));
      assert.doesNotMatch(stateName(next), /^state/);
    }),
  );
});

test("UDP has one state, which is neither active nor closing", () => {
  const packet = testPacket({ protocol: IPPROTO_UDP, tcpFlags: 0 });
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
      .filter((state) => connectionIsOver(state, mode))
      .map(stateName);
  assert.deepEqual(over(0), []);
  assert.deepEqual(over(1), ["TIME_WAIT", "CLOSE"]);
  assert.deepEqual(over(2), ["FIN_WAIT", "TIME_WAIT", "CLOSE"]);
  assert.deepEqual(over(3), ["FIN_WAIT", "TIME_WAIT", "CLOSE"]);
});
