import assert from "node:assert/strict";
import { test } from "node:test";
import { BLOCKS, keywordIn, ROOT } from "./table.ts";

const WORDS = [...BLOCKS.values()].flatMap((block) => block.words.map((word) => ({ block, word })));

test("all words of keepalived are there, and no block knows one twice", () => {
  const names = new Set(WORDS.map(({ word }) => word.name));
  assert.equal(names.size, 364);
  for (const { name, words } of BLOCKS.values()) {
    assert.equal(new Set(words.map((word) => word.name)).size, words.length, name);
  }
});

test("every block that a word opens exists, and every block is opened", () => {
  const opened = new Set(WORDS.flatMap(({ word }) => word.opens ?? []));
  assert.deepEqual([...opened, ROOT].toSorted(), [...BLOCKS.keys()].toSorted());
});

test("every word has its sentence", () => {
  for (const { block, word } of WORDS) {
    assert.match(word.doc, /^\w.*\.$/s, `${block.name} ${word.name}`);
    assert.ok(word.doc.length <= 90, word.name);
  }
});

test("arguments that may be absent come last, and so do repeated ones", () => {
  for (const { block, word } of WORDS) {
    const optional = word.arguments.map((argument) => argument.optional === true);
    assert.ok(!/true,false/.test(optional.join()), `${block.name} ${word.name}`);
    const repeated = word.arguments.slice(0, -1).some((argument) => argument.repeated);
    assert.equal(repeated, false, `${block.name} ${word.name}`);
  }
});

test("the words that most real files use are heeded", () => {
  const used: Readonly<Record<string, readonly string[]>> = {
    root: ["vrrp_instance", "vrrp_script", "virtual_server", "global_defs"],
    global_defs: ["router_id", "smtp_server", "notification_email", "enable_script_security"],
    vrrp_instance: ["interface", "state", "authentication", "nopreempt", "unicast_peer"],
    vrrp_script: ["script", "interval", "weight", "rise", "fall", "timeout"],
    virtual_server: ["delay_loop", "lb_algo", "lb_kind", "persistence_timeout", "real_server"],
    real_server: ["weight", "TCP_CHECK", "HTTP_GET"],
  };
  for (const [block, names] of Object.entries(used)) {
    for (const name of names) assert.equal(keywordIn(block, name)?.status, "implemented", name);
  }
});
