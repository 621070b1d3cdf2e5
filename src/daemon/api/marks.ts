import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { MARK_RULES_MAX, type MarkOperation } from "../../state/mark.ts";
import type { Configuration, ListedMark } from "./configuration.ts";
import { json, readBody } from "./content.ts";
import { fault, refusal } from "./schema.ts";

const ports = z.strictObject({ first: z.int(), last: z.int() });
const protocol = z.enum(["tcp", "udp"]);
const family = z.union([z.literal(4), z.literal(6)]);
const block = z.string().max(64).openapi({ example: "10.0.0.0/8" });
const name = z.string().max(64).openapi({ description: "The name of an interface" });
const mark = z.int();

/** Whether addresses and ports are right is for state/mark.ts to say, in words that users know. */
const request = z.strictObject({
  from: block.exactOptional(),
  to: block.exactOptional(),
  family: family.exactOptional(),
  protocol: protocol.exactOptional(),
  sourcePorts: z.array(ports).min(1).max(MARK_RULES_MAX).exactOptional(),
  ports: z.array(ports).min(1).max(MARK_RULES_MAX).exactOptional(),
  interface: name.exactOptional(),
  mark,
});

const operation = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("add"), rule: request }),
  z.strictObject({ kind: z.literal("delete"), number: z.int() }),
  z.strictObject({ kind: z.literal("clear") }),
]) satisfies z.ZodType<MarkOperation>;

const batch = z
  .strictObject({ operations: z.array(operation).max(10 * MARK_RULES_MAX) })
  .openapi("MarksChange");

const listed = z
  .object({
    number: z.int(),
    family,
    from: block,
    to: block,
    protocol: protocol.exactOptional(),
    sourcePorts: ports,
    ports,
    interface: name.exactOptional(),
    interfaceMissing: z.literal(true).exactOptional(),
    mark,
  })
  .openapi("Mark") satisfies z.ZodType<ListedMark>;

const LIST = {
  method: "get",
  path: "/v1/marks",
  responses: { 200: json(z.object({ marks: z.array(listed) }), "Rules, in the order that counts") },
} as const;

const CHANGE = {
  method: "post",
  path: "/v1/marks",
  request: { body: { ...json(batch, "Changes, in order"), required: true } },
  responses: {
    204: { description: "All were applied, at once" },
    400: json(fault, "The request is not one"),
    409: json(refusal, "One was refused, and nothing has changed"),
  },
} as const;

/** `weir mark`: which packets carry a firewall mark. */
export function addMarks(app: OpenAPIHono, configuration: Configuration): void {
  for (const route of [LIST, CHANGE]) app.openAPIRegistry.registerPath(createRoute(route));

  app.get(LIST.path, async (c) => {
    const marks = await configuration.marks();
    return marks.ok ? c.json({ marks: marks.value }) : c.json(marks.fault, 500);
  });

  app.post(CHANGE.path, async (c) => {
    const body = await readBody(c, batch);
    if (!body.ok) return c.json(body.fault, 400);
    const changed = await configuration.changeMarks(body.value.operations);
    if (changed.ok) return c.body(null, 204);
    return c.json({ operation: changed.operation, fault: changed.fault }, 409);
  });
}
