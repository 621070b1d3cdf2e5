import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { request } from "node:http";
import { test } from "node:test";
import { five } from "../../src/cli/ipvsadm/testing/memory-director.ts";
import { DirectorClient } from "../../src/daemon/api/client.ts";
import type { Operation, ServerOptions, ServiceId } from "../../src/state/rule.ts";
import { ask, type Serving, STATUS, withApi } from "./serving.ts";

/** The real API on a real socket; behind it a director of rules alone. */

const VIP: ServiceId = { kind: "address", protocol: "tcp", address: "192.168.150.100", port: 80 };
const OPTIONS = { scheduler: "rr", onePacket: false, schedulerFlags: 0 };
const SERVER: ServerOptions = { method: "dr", weight: 1, upperThreshold: 0, lowerThreshold: 0 };
const ADD: Operation = { kind: "add-service", service: VIP, options: OPTIONS };
const ADD_SERVER: Operation = {
  kind: "add-server",
  service: VIP,
  server: { address: "192.168.150.12", port: 80 },
  options: SERVER,
};
const GETS = ["/v1/status", "/v1/listing", "/v1/connections", "/openapi.json"];

const batch = (...operations: readonly unknown[]) => JSON.stringify({ operations });

test("only root may open the socket, and it is gone with the daemon", async () => {
  let path = "";
  await withApi(async ({ socket }) => {
    path = socket;
    assert.equal(statSync(socket).mode & 0o777, 0o600);
    assert.ok(statSync(socket).isSocket());
  });
  assert.ok(!existsSync(path));
});

const NONSENSE: readonly (readonly [string, string])[] = [
  ["an empty body", ""],
  ["what is no JSON", "{operations: ["],
  ["JSON that is no object", "[1, 2]"],
  ["JSON cut short", batch(ADD).slice(0, -3)],
  ["an object without operations", "{}"],
  ["operations that are no list", '{"operations": 7}'],
  ["a field that nobody knows", JSON.stringify({ operations: [], force: true })],
  ["an operation of an unknown kind", batch({ kind: "reboot" })],
  ["an operation with a field too many", batch({ ...ADD, sudo: true })],
  ["a port out of range", batch({ ...ADD, service: { ...VIP, port: 65536 } })],
  ["a port as text", batch({ ...ADD, service: { ...VIP, port: "80" } })],
  ["half a port", batch({ ...ADD, service: { ...VIP, port: 0.5 } })],
  ["a protocol that nobody speaks", batch({ ...ADD, service: { ...VIP, protocol: "icmp" } })],
  ["a weight below zero", batch({ ...ADD_SERVER, options: { ...SERVER, weight: -1 } })],
  ["no options", batch({ kind: "add-service", service: VIP })],
  ["an operation that is null", batch(null)],
  ["an address longer than any", batch({ ...ADD, service: { ...VIP, address: "1".repeat(65) } })],
];

for (const [what, body] of NONSENSE) {
  test(`${what} gets a 400 that says what is wrong`, async () => {
    await withApi(async ({ director, socket }) => {
      const answer = await ask(socket, "POST", "/v1/operations", body);
      assertFault(answer, 400, "BAD_REQUEST");
      assert.equal(director.applied, 0);
    });
  });
}

test("the message names the place of what is wrong", async () => {
  await withApi(async ({ socket }) => {
    const wrong = batch(ADD, { ...ADD, service: { ...VIP, port: "80" } });
    const answer = await ask(socket, "POST", "/v1/operations", wrong);
    assert.match(JSON.parse(answer.text).message, /^operations\.1\.service\.port: /);
  });
});

test("a body of another type gets a 4xx and changes nothing", async () => {
  await withApi(async ({ director, socket }) => {
    const answer = await ask(socket, "POST", "/v1/operations", batch(ADD), "text/plain");
    assert.ok(answer.status >= 400 && answer.status < 500, `status ${answer.status}`);
    assertFault(answer, answer.status);
    assert.equal(director.applied, 0);
  });
});

for (const [method, path] of [
  ["GET", "/"],
  ["GET", "/v2/listing"],
  ["GET", "/v1/operations"],
  ["POST", "/v1/listing"],
  ["DELETE", "/v1/connections"],
  ["PUT", "/v1/operations"],
] as const) {
  test(`${method} ${path} gets a 404 that says where to look`, async () => {
    await withApi(async ({ socket }) => {
      const answer = await ask(socket, method, path);
      assertFault(answer, 404, "NOT_FOUND");
      const { message, fix } = JSON.parse(answer.text);
      assert.ok(message.includes(`${method} ${path}`));
      assert.match(fix, /openapi\.json/);
    });
  });
}

test("a body over the limit is refused before it is taken in", async () => {
  await withApi(async ({ director, socket }) => {
    const { status, text } = await announceBody(socket, 65 * 1024 * 1024);
    assertFault({ status, text, type: "application/json" }, 413, "BODY_TOO_LARGE");
    assert.equal(director.applied, 0);
  });
});

test("a batch is applied whole", async () => {
  await withApi(async ({ director, socket }) => {
    const answer = await ask(socket, "POST", "/v1/operations", batch(ADD, ADD_SERVER));
    assert.deepEqual([answer.status, answer.text], [204, ""]);
    assert.equal([...director.rules.services.values()][0]!.servers.length, 1);
  });
});

test("a refused batch gets a 409 with the index and the fault, and changes nothing", async () => {
  await withApi(async ({ director, socket }) => {
    const answer = await ask(socket, "POST", "/v1/operations", batch(ADD, ADD_SERVER, ADD));
    assert.equal(answer.status, 409);
    const refusal = JSON.parse(answer.text);
    assert.equal(refusal.operation, 2);
    assert.equal(refusal.fault.code, "SERVICE_EXISTS");
    assert.ok(refusal.fault.message);
    assert.equal(director.rules.services.size, 0);

    const client = new DirectorClient(socket);
    assert.deepEqual(await client.apply([ADD, ADD_SERVER, ADD]), { ok: false, ...refusal });
  });
});

test("what is the daemon's own failure is not called the client's", async () => {
  await withApi(async ({ director, socket }) => {
    director.apply = () => Promise.reject(new Error("broken invariant: a test"));
    const answer = await ask(socket, "POST", "/v1/operations", batch(ADD));
    assertFault(answer, 500, "INTERNAL");
    assert.match(JSON.parse(answer.text).message, /broken invariant: a test$/);
    assert.equal(director.broken.length, 1);
  });
});

test("GET and HEAD never change anything, whatever comes with them", async () => {
  await withApi(async ({ director, socket }) => {
    await new DirectorClient(socket).apply([ADD, ADD_SERVER]);
    director.connectionCount = 3;
    const before = await Promise.all(GETS.map((path) => ask(socket, "GET", path)));
    for (const path of GETS) {
      await ask(socket, "GET", `${path}?operations=[]`, batch({ kind: "clear" }));
      await ask(socket, "HEAD", path);
    }
    const after = await Promise.all(GETS.map((path) => ask(socket, "GET", path)));
    assert.deepEqual(after, before);
    assert.ok(after.every(({ status }) => status === 200));
    assert.equal(director.applied, 1);
  });
});

test("the OpenAPI document tells every route, with its answers", async () => {
  await withApi(async ({ socket }) => {
    const answer = await ask(socket, "GET", "/openapi.json");
    const document = JSON.parse(answer.text);
    assert.match(document.openapi, /^3\./);
    const routes = Object.entries<Record<string, { responses: object }>>(document.paths).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(
          ([method, { responses }]) => `${method} ${path} ${Object.keys(responses)}`,
        ),
    );
    assert.deepEqual(routes.sort(), [
      "get /v1/connections 200",
      "get /v1/instances 200",
      "get /v1/listing 200",
      "get /v1/marks 200",
      "get /v1/settings 200",
      "get /v1/settings/{name} 200,404,409",
      "get /v1/status 200",
      "patch /v1/settings 204,400,409",
      "post /v1/marks 204,400,409",
      "post /v1/operations 204,400,409",
      "post /v1/plan 200,400,409",
      "post /v1/reload 200,409",
    ]);
  });
});

test("a hundred thousand connections come a line each", async () => {
  await withApi(async ({ director, socket }) => {
    director.connectionCount = 100_000;
    const answer = await ask(socket, "GET", "/v1/connections");
    assert.equal(answer.type, "application/x-ndjson");
    const lines = answer.text.split("\n");
    assert.equal(lines.pop(), "");
    assert.equal(lines.length, 100_000);
    assert.deepEqual(JSON.parse(lines.at(-1)!).client, { address: "10.1.0.1", port: 34463 });

    const connections = await new DirectorClient(socket).connections();
    assert.ok(connections.ok);
    assert.deepEqual(connections.value, [...director.connectionEntries()]);
  });
});

test("the table is read as its reader takes it, and no further", async () => {
  await withApi(async ({ director, socket }) => {
    director.connectionCount = 2_000_000;
    await readFirstPart(socket);
    assert.ok(director.read < director.connectionCount / 2, `${director.read} entries were read`);
  });
});

test("counters of 64 bits come through to the last bit", async () => {
  await withApi(async ({ director, socket }) => {
    const client = new DirectorClient(socket);
    assert.deepEqual(await client.apply([ADD, ADD_SERVER]), { ok: true });
    const most = (1n << 64n) - 1n;
    director.observe("tcp 192.168.150.100:80", {
      active: 3,
      counters: { ...five([1, 2, 3, 4, 5]), inBytes: most },
      rates: { ...five([0, 0, 0, 0, 0]), outBytes: most - 1n },
    });
    assert.deepEqual(await client.list(), plain(await director.list()));
    const listing = await client.list();
    assert.ok(listing.ok);
    assert.equal(listing.value.services[0]!.counters.inBytes, most);
    assert.equal(listing.value.services[0]!.servers[0]!.rates.outBytes, most - 1n);
  });
});

test("the status comes as the daemon gives it", async () => {
  await withApi(async ({ socket }) => {
    assert.deepEqual(await new DirectorClient(socket).status(), { ok: true, value: STATUS });
  });
});

test("without a daemon the client says how to start one", async () => {
  let gone = "";
  await withApi(async ({ socket }) => {
    gone = socket;
  });
  const listing = await new DirectorClient(gone).list();
  assert.ok(!listing.ok);
  assert.equal(listing.fault.code, "NO_DAEMON");
  assert.match(listing.fault.message, new RegExp(gone));
  assert.match(listing.fault.fix!, /weir daemon/);
});

function assertFault(
  { status, type, text }: { status: number; type: string; text: string },
  wanted: number,
  code?: string,
): void {
  assert.equal(status, wanted, text);
  assert.match(type, /^application\/json/);
  const fault = JSON.parse(text);
  assert.equal(typeof fault.code, "string");
  assert.ok(fault.message.length > 0);
  if (code !== undefined) assert.equal(fault.code, code);
}

/** Without what is undefined, as JSON has it. */
function plain<T>(value: T): T {
  return structuredClone(value);
}

/** Says how long the body will be, and sends none of it. */
function announceBody(socketPath: string, length: number) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": length };
    const asked = request(
      { socketPath, method: "POST", path: "/v1/operations", headers },
      async (response) => {
        let text = "";
        for await (const part of response) text += part;
        resolve({ status: response.statusCode ?? 0, text });
        asked.destroy();
      },
    );
    asked.on("error", reject);
    asked.flushHeaders();
  });
}

function readFirstPart(socketPath: Serving["socket"]): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, path: "/v1/connections" }, (response) => {
      response.once("data", () => {
        response.destroy();
        resolve();
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}
