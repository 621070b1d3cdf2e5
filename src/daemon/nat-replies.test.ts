import assert from "node:assert/strict";
import { test } from "node:test";
import { failure, success } from "../base/fault.ts";
import { testView } from "../datapath/testing/tables.ts";
import { NatReplies } from "./nat-replies.ts";

test("each interface is seen to once, when there are servers of NAT, and a fault told once", () => {
  const view = testView();
  const asked: string[] = [];
  const replies = new NatReplies(view, {
    admitReplies(link) {
      asked.push(link);
      return link === "eth1" ? failure("REVERSE_PATH", "rp_filter is 1") : success(undefined);
    },
  });
  const links = ["eth0", "eth1"];
  assert.deepEqual(
    replies.turn(() => links),
    [],
  );
  assert.deepEqual(asked, []);
  view.control.set(0, "nat", 1);
  assert.deepEqual(
    replies.turn(() => links).map(({ code }) => code),
    ["REVERSE_PATH"],
  );
  links.push("eth2");
  assert.deepEqual(
    replies.turn(() => links),
    [],
  );
  assert.deepEqual(asked, ["eth0", "eth1", "eth2"]);
});
