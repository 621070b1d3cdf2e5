import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import {
  readPrivateJson,
  removeEmptyFolder,
  removePath,
  writePrivateJson,
} from "./private-file.ts";

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), "weir-private-"));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const mode = (path: string) => statSync(path).mode & 0o777;

test("writePrivateJson() writes what only the owner reads, and leaves no draft", (t) => {
  const own = join(folder(t), "lab");
  const path = join(own, "dr.json");
  writePrivateJson(path, { name: "dr" });
  writePrivateJson(path, { name: "dr", processes: [] });
  assert.deepEqual(readPrivateJson(path), { name: "dr", processes: [] });
  assert.equal(mode(path), 0o600);
  assert.equal(mode(own), 0o700);
  assert.deepEqual(readdirSync(own), ["dr.json"]);
});

test("readPrivateJson() answers undefined for a missing file and for no JSON", (t) => {
  const path = join(folder(t), "x.json");
  assert.equal(readPrivateJson(path), undefined);
  writeFileSync(path, "{");
  assert.equal(readPrivateJson(path), undefined);
});

test("removePath() and removeEmptyFolder() remove what they may, and no more", (t) => {
  const own = folder(t);
  writePrivateJson(join(own, "a", "x.json"), 1);
  removeEmptyFolder(join(own, "a"));
  assert.equal(existsSync(join(own, "a", "x.json")), true);
  removePath(join(own, "a", "x.json"));
  removePath(join(own, "a", "x.json"));
  removeEmptyFolder(join(own, "a"));
  assert.equal(existsSync(join(own, "a")), false);
});
