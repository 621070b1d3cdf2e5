import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { Owners } from "./owner.ts";

const open = { security: false };

test("a user has its group and its home, or another group where one is named", () => {
  const owners = new Owners();
  const nobody = owners.find({ user: "nobody" }, open);
  ok(nobody.ok);
  deepEqual(
    { uid: nobody.value.uid, name: nobody.value.name },
    { uid: Number(execFileSync("id", ["-u", "nobody"])), name: "nobody" },
  );
  const grouped = owners.find({ user: "nobody", group: "daemon" }, open);
  equal(grouped.ok && grouped.value.gid, Number(execFileSync("id", ["-g", "daemon"])));
  const number = owners.find({ user: "0" }, open);
  equal(number.ok && number.value.home, "/root");
});

test("where a script names no user, that of the settings is taken with its group", () => {
  const settings = { security: true, user: "nobody", group: "daemon" };
  const found = new Owners().find({}, settings);
  ok(found.ok);
  equal(found.value.name, "nobody");
  equal(found.value.gid, Number(execFileSync("id", ["-g", "daemon"])));
});

test("where nobody is named it is keepalived_script, and root only in its absence", (t) => {
  const owners = new Owners();
  const there = owners.find({ user: "keepalived_script" }, open).ok;
  t.diagnostic(`this host ${there ? "has" : "has no"} user keepalived_script`);
  const found = owners.find({}, open);
  equal(found.ok && found.value.name, there ? "keepalived_script" : "root");
  // With script security root must have been named.
  const secure = owners.find({}, { security: true });
  equal(secure.ok, there);
});

test("an unknown user or group is said with its name", () => {
  const owners = new Owners();
  const user = owners.find({ user: "nobody-of-this-name" }, open);
  ok(!user.ok);
  equal(user.fault.code, "USER_UNKNOWN");
  match(user.fault.message, /no user "nobody-of-this-name"/);
  const group = owners.find({ user: "root", group: "no-such-group" }, open);
  match(group.ok ? "" : group.fault.message, /no group "no-such-group"/);
  equal(owners.find({ user: "--help" }, open).ok, false);
});
