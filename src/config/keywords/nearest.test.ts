import assert from "node:assert/strict";
import { test } from "node:test";
import { nearest } from "./nearest.ts";

const WORDS = ["connect_port", "connect_ip", "priority", "preempt", "state"];

test("what differs least is what was meant", () => {
  assert.equal(nearest("connetc_port", WORDS), "connect_port");
  assert.equal(nearest("prioritty", WORDS), "priority");
  assert.equal(nearest("stat", WORDS), "state");
});

test("what differs much is not guessed", () => {
  assert.equal(nearest("foo", WORDS), undefined);
  assert.equal(nearest("", WORDS), undefined);
  assert.equal(nearest("postmaster_of_the_universe", WORDS), undefined);
});
