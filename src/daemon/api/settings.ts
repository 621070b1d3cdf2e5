import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Setting } from "../../state/settings.ts";
import type { Configuration } from "./configuration.ts";
import { json, readBody } from "./content.ts";
import { fault } from "./schema.ts";

const setting = z
  .object({
    name: z.string().openapi({ example: "expire_nodest_conn" }),
    value: z.int().exactOptional().openapi({ description: "Missing where Weir has none yet" }),
    default: z.string(),
    what: z.string(),
  })
  .openapi("Setting") satisfies z.ZodType<Setting>;

/** A number may be sent as it is; a shell has texts. */
const value = z.union([z.string().max(64), z.int()]).transform(String);

const changes = z
  .strictObject({ settings: z.record(z.string().max(64), value) })
  .openapi("SettingsChange");

const ALL = {
  method: "get",
  path: "/v1/settings",
  responses: { 200: json(z.object({ settings: z.array(setting) }), "Every setting of IPVS") },
} as const;

const ONE = {
  method: "get",
  path: "/v1/settings/{name}",
  request: { params: z.object({ name: z.string() }) },
  responses: {
    200: json(setting, "One setting"),
    404: json(fault, "There is none of that name"),
    409: json(fault, "It is not supported yet"),
  },
} as const;

const CHANGE = {
  method: "patch",
  path: "/v1/settings",
  request: { body: { ...json(changes, "New values by name"), required: true } },
  responses: {
    204: { description: "All are in force, at once" },
    400: json(fault, "The request is not one"),
    409: json(fault, "One was refused, and nothing has changed"),
  },
} as const;

/** `weir settings`: the sysctls of IPVS. */
export function addSettings(app: OpenAPIHono, configuration: Configuration): void {
  for (const route of [ALL, ONE, CHANGE]) app.openAPIRegistry.registerPath(createRoute(route));

  app.get(ALL.path, async (c) => {
    const settings = await configuration.settings();
    return settings.ok ? c.json({ settings: settings.value }) : c.json(settings.fault, 500);
  });

  app.get("/v1/settings/:name", async (c) => {
    const found = await configuration.setting(c.req.param("name"));
    if (found.ok) return c.json(found.value);
    return c.json(found.fault, found.fault.code === "NO_SUCH_SETTING" ? 404 : 409);
  });

  app.patch(CHANGE.path, async (c) => {
    const body = await readBody(c, changes);
    if (!body.ok) return c.json(body.fault, 400);
    const changed = await configuration.changeSettings(body.value.settings);
    return changed.ok ? c.body(null, 204) : c.json(changed.fault, 409);
  });
}
