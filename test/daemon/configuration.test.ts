import assert from "node:assert/strict";
import { test } from "node:test";
import { DirectorClient } from "../../src/daemon/api/client.ts";
import { type Answer, ask, withApi } from "./serving.ts";

/** Settings and marks over the real API on a real socket. */

test("settings and marks go there and come back", async () => {
  await withApi(async ({ socket }) => {
    const client = new DirectorClient(socket);
    assert.deepEqual(await client.changeSettings({ sloppy_tcp: "1" }), {
      ok: true,
      value: undefined,
    });
    const one = await client.setting("sloppy_tcp");
    assert.equal(one.ok && one.value.value, 1);
    const all = await client.settings();
    assert.ok(all.ok && all.value.length > 30);
    const rule = { to: "10.0.0.1", ports: [{ first: 80, last: 80 }], interface: "eth9", mark: 7 };
    assert.deepEqual(await client.changeMarks([{ kind: "add", rule }]), { ok: true });
    const marks = await client.marks();
    assert.ok(marks.ok);
    const [{ number, mark, interfaceMissing } = {}] = marks.value;
    assert.deepEqual([marks.value.length, number, mark, interfaceMissing], [1, 1, 7, true]);
  });
});

test("what is refused is refused with its own code", async () => {
  await withApi(async ({ socket }) => {
    const client = new DirectorClient(socket);
    const missing = await client.setting("no/such");
    assert.equal(!missing.ok && missing.fault.code, "NO_SUCH_SETTING");
    assert.equal((await ask(socket, "GET", "/v1/settings/nosuch")).status, 404);
    assert.equal((await ask(socket, "GET", "/v1/settings/conntrack")).status, 409);
    const changed = await client.changeSettings({ secure_tcp: "9" });
    assert.equal(!changed.ok && changed.fault.code, "BAD_VALUE");
    const marked = await client.changeMarks([{ kind: "clear" }, { kind: "delete", number: 1 }]);
    assert.ok(!marked.ok);
    assert.deepEqual([marked.operation, marked.fault.code], [1, "NO_SUCH_RULE"]);
  });
});

test("numbers will do where a shell has texts", async () => {
  await withApi(async ({ socket }) => {
    const body = JSON.stringify({ settings: { conn_reuse_mode: 3 } });
    assert.equal((await ask(socket, "PATCH", "/v1/settings", body)).status, 204);
    const answer = await ask(socket, "GET", "/v1/settings/conn_reuse_mode");
    assert.equal(JSON.parse(answer.text).value, 3);
  });
});

const NONSENSE = [
  ["PATCH", "/v1/settings", "{"],
  ["PATCH", "/v1/settings", '{"settings": {"sloppy_tcp": true}}'],
  ["PATCH", "/v1/settings", '{"settings": {}, "force": true}'],
  ["POST", "/v1/marks", "[]"],
  ["POST", "/v1/marks", '{"operations": [{"kind": "add"}]}'],
  ["POST", "/v1/marks", '{"operations": [{"kind": "add", "rule": {"mark": "7"}}]}'],
  ["POST", "/v1/marks", '{"operations": [{"kind": "delete", "number": 0.5}]}'],
] as const;

test("nonsense gets a 400 that says what is wrong, and changes nothing", async () => {
  await withApi(async ({ socket }) => {
    const before = await stateOf(socket);
    for (const [method, path, body] of NONSENSE) {
      const answer = await ask(socket, method, path, body);
      assert.deepEqual([answer.status, JSON.parse(answer.text).code], [400, "BAD_REQUEST"], body);
      assert.equal((await ask(socket, method, path, body, "text/plain")).status, 400);
    }
    assert.deepEqual(await stateOf(socket), before);
  });
});

async function stateOf(socket: string): Promise<Answer[]> {
  return Promise.all(["/v1/settings", "/v1/marks"].map((path) => ask(socket, "GET", path)));
}

test("the OpenAPI document has the routes", async () => {
  await withApi(async ({ socket }) => {
    const { paths } = JSON.parse((await ask(socket, "GET", "/openapi.json")).text);
    assert.deepEqual(Object.keys(paths["/v1/settings"]), ["get", "patch"]);
    assert.deepEqual(Object.keys(paths["/v1/settings/{name}"]), ["get"]);
    assert.deepEqual(Object.keys(paths["/v1/marks"]), ["get", "post"]);
    const { schema } = paths["/v1/marks"].post.requestBody.content["application/json"];
    assert.equal(schema.$ref, "#/components/schemas/MarksChange");
  });
});
