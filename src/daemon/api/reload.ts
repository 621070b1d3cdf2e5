import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Availability } from "./availability.ts";
import { json, readBody } from "./content.ts";
import { fault } from "./schema.ts";

const election = z.object({
  instance: z.string().openapi({ example: "VI_1" }),
  change: z.enum(["joins", "leaves", "changes"]),
  details: z.array(z.string()),
  risk: z.literal("election").exactOptional(),
});

const operation = z.object({
  operation: z.looseObject({ kind: z.string() }).openapi({
    description: "As POST /v1/operations takes it",
  }),
  risk: z.enum(["new-connections", "connections"]).exactOptional().openapi({
    description: "Who is hurt: who comes anew, or who is connected",
  }),
});

const plan = z
  .object({
    path: z.string(),
    findings: z.array(z.string()),
    elections: z.array(election),
    operations: z.array(operation),
  })
  .openapi("ChangePlan");

const counts = z
  .looseObject({ name: z.string(), state: z.string(), priority: z.int(), holding: z.boolean() })
  .openapi("Instance");

const PLAN = {
  method: "post",
  path: "/v1/plan",
  request: {
    body: {
      ...json(
        z.strictObject({ path: z.string().max(4096).exactOptional() }).openapi("PlanRequest"),
        "A configuration file on the daemon's host; its own without",
      ),
      required: true,
    },
  },
  responses: {
    200: json(plan, "What would change"),
    400: json(fault, "The request is not one"),
    409: json(fault, "The file cannot be gone by"),
  },
} as const;

const RELOAD = {
  method: "post",
  path: "/v1/reload",
  responses: {
    200: json(plan, "What has changed"),
    409: json(fault, "Nothing has changed"),
  },
} as const;

const INSTANCES = {
  method: "get",
  path: "/v1/instances",
  responses: { 200: json(z.object({ instances: z.array(counts) }), "VRRP instances") },
} as const;

/** `weir diff`, `weir reload`, and the instances of `weir status`. */
export function addReload(app: OpenAPIHono, availability: Availability): void {
  for (const route of [PLAN, RELOAD, INSTANCES]) {
    app.openAPIRegistry.registerPath(createRoute(route));
  }

  app.post(PLAN.path, async (c) => {
    const body = await readBody(c, PLAN.request.body.content["application/json"].schema);
    if (!body.ok) return c.json(body.fault, 400);
    const planned = await availability.plan(body.value.path);
    return planned.ok ? c.json(planned.value) : c.json(planned.fault, 409);
  });

  app.post(RELOAD.path, async (c) => {
    const reloaded = await availability.reload();
    return reloaded.ok ? c.json(reloaded.value) : c.json(reloaded.fault, 409);
  });

  app.get(INSTANCES.path, async (c) => {
    const instances = await availability.instances();
    return instances.ok ? c.json({ instances: instances.value }) : c.json(instances.fault, 500);
  });
}
