import { deepEqual, equal, match } from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  lchownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { writableBy } from "./writable.ts";

const top = mkdtempSync(join(tmpdir(), "weir-writable-"));
chmodSync(top, 0o755);
after(() => rmSync(top, { recursive: true, force: true }));
const NOBODY = 65534;

function make(folder: string, mode: number): string {
  mkdirSync(join(top, folder), { recursive: true });
  const path = join(top, folder, "script.sh");
  writeFileSync(path, "#!/bin/sh\n");
  chmodSync(path, 0o755);
  chmodSync(join(top, folder), mode);
  return path;
}

test("what is root's alone all the way is nobody else's, below /tmp too", () => {
  equal(writableBy(make("good", 0o755)), undefined);
  equal(writableBy("/bin/sh"), undefined);
});

test("a parent folder that others may write is found", () => {
  deepEqual(writableBy(make("open", 0o757)), { path: join(top, "open"), who: "everybody" });
  const path = make("group", 0o775);
  equal(writableBy(path), undefined);
  chownSync(join(top, "group"), 0, NOBODY);
  deepEqual(writableBy(path), { path: join(top, "group"), who: `group ${NOBODY}` });
});

test("with the sticky bit a folder is no danger, but somebody else's file in it is", () => {
  const path = make("sticky", 0o1777);
  equal(writableBy(path), undefined);
  chownSync(path, NOBODY, 0);
  deepEqual(writableBy(path), { path, who: `user ${NOBODY}` });
});

test("a link is followed, and whoever may turn it is found", () => {
  const path = make("target", 0o755);
  const link = join(top, "link");
  symlinkSync("target/script.sh", link);
  equal(writableBy(link), undefined);
  chmodSync(join(top, "target"), 0o757);
  deepEqual(writableBy(link), { path: join(top, "target"), who: "everybody" });
  const other = join(top, "other");
  symlinkSync(path, other);
  lchownSync(other, NOBODY, NOBODY);
  deepEqual(writableBy(other), { path: other, who: `user ${NOBODY}` });
});

test("links in a circle come to an end", () => {
  symlinkSync("b", join(top, "a"));
  symlinkSync("a", join(top, "b"));
  match(writableBy(join(top, "a"))?.who ?? "", /circle/);
});
