import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import type { Availability } from "./availability.ts";
import { readBatch } from "./batch.ts";
import type { Configuration } from "./configuration.ts";
import { json } from "./content.ts";
import type { ConnectionEntry, Director } from "./director.ts";
import { listingToJson } from "./json.ts";
import { addMarks } from "./marks.ts";
import { addReload } from "./reload.ts";
import * as schema from "./schema.ts";
import { addSettings } from "./settings.ts";

/** What the API serves: the director, and what the daemon knows of itself. */
export interface Served {
  readonly director: Director & { connectionEntries(): Iterable<ConnectionEntry> };
  readonly configuration: Configuration;
  readonly availability: Availability;
  status(): schema.Status;
  /** Told of an error that no code foresaw: what it left behind is not to be worked on with. */
  broken(error: Error): void;
}

const BODY_BYTES_MAX = 64 * 1024 * 1024;
const LINES_AT_ONCE = 1000;

/** GET never changes anything; what changes rules is a batch, applied whole or not at all. */
export function apiApp(served: Served): OpenAPIHono {
  const app = new OpenAPIHono();
  app.use("/v1/*", bodyLimit({ maxSize: BODY_BYTES_MAX, onError: refuseBody }));
  app.onError((error, c) => explain(error, c, served));
  app.notFound((c) => {
    const fix = "GET /openapi.json lists what there is";
    const message = `There is no ${c.req.method} ${c.req.path}`;
    return c.json({ code: "NOT_FOUND", message, fix }, 404);
  });
  addReads(app, served);
  addChanges(app, served);
  addSettings(app, served.configuration);
  addMarks(app, served.configuration);
  addReload(app, served.availability);
  app.doc("/openapi.json", {
    openapi: "3.0.0",
    info: { title: "Weir", version: "1", description: "A layer-4 load balancer" },
  });
  return app;
}

function refuseBody(c: Context): Response {
  const message = `The body is larger than ${BODY_BYTES_MAX} bytes`;
  return c.json({ code: "BODY_TOO_LARGE", message, fix: "send fewer operations at once" }, 413);
}

/** What Hono refuses is the client's mistake; whatever else is thrown is ours. */
function explain(error: Error, c: Context, served: Served): Response {
  if (error instanceof HTTPException) {
    return c.json({ code: "BAD_REQUEST", message: error.message }, error.status);
  }
  served.broken(error);
  const message = `The daemon failed at this: ${error.message}`;
  return c.json({ code: "INTERNAL", message, fix: "please report it, with the request" }, 500);
}

function addReads(app: OpenAPIHono, { director, status }: Served): void {
  const statusRoute = createRoute({
    method: "get",
    path: "/v1/status",
    responses: { 200: json(schema.status, "The daemon and its data path") },
  });
  app.openapi(statusRoute, (c) => c.json(status(), 200));

  const listingRoute = createRoute({
    method: "get",
    path: "/v1/listing",
    responses: { 200: json(schema.listing, "Services, servers and their counters") },
  });
  app.openapi(listingRoute, async (c) => {
    const listing = await director.list();
    if (!listing.ok) return c.json(listing.fault, 500) as never;
    const text = listingToJson(listing.value);
    return c.body(text, 200, { "content-type": "application/json" }) as never;
  });

  const connectionsRoute = createRoute({
    method: "get",
    path: "/v1/connections",
    responses: {
      200: {
        content: { "application/x-ndjson": { schema: schema.connection } },
        description: "Every connection, one line each",
      },
    },
  });
  app.openapi(connectionsRoute, (c) => {
    const headers = { "content-type": "application/x-ndjson" };
    return c.body(streamLines(director.connectionEntries()), 200, headers) as never;
  });
}

function addChanges(app: OpenAPIHono, { director }: Served): void {
  const route = createRoute({
    method: "post",
    path: "/v1/operations",
    request: { body: { ...json(schema.batch, "Changes, in order"), required: true } },
    responses: {
      204: { description: "All were applied, at once" },
      400: json(schema.fault, "The request is not one"),
      409: json(schema.refusal, "One was refused, and nothing has changed"),
    },
  });
  app.openAPIRegistry.registerPath(route);
  app.post(route.path, async (c) => {
    const batch = readBatch(c.req.header("content-type"), await c.req.text());
    if (!batch.ok) return c.json(batch.fault, 400);
    const applied = await director.apply(batch.value);
    if (applied.ok) return c.body(null, 204);
    return c.json({ operation: applied.operation, fault: applied.fault }, 409);
  });
}

/**
 * A million connections are not held in memory twice: some lines at a time, as the reader takes
 * them.
 */
function streamLines(entries: Iterable<ConnectionEntry>): ReadableStream<Uint8Array> {
  const iterator = entries[Symbol.iterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull(controller) {
      let text = "";
      for (let i = 0; i < LINES_AT_ONCE; i++) {
        const next = iterator.next();
        if (next.done) {
          if (text !== "") controller.enqueue(encoder.encode(text));
          controller.close();
          return;
        }
        text += `${JSON.stringify(next.value)}\n`;
      }
      controller.enqueue(encoder.encode(text));
    },
  });
}
