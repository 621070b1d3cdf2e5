import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { failure, type Result, success } from "../../base/fault.ts";

/** A body of JSON in a route's description. */
export function json<S extends z.ZodType>(of: S, description: string) {
  return { content: { "application/json": { schema: of } }, description };
}

/** The body of a request, as its schema has it. Faults: BAD_REQUEST. */
export async function readBody<S extends z.ZodType>(
  c: Context,
  of: S,
): Promise<Result<z.output<S>>> {
  if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
    return failure("BAD_REQUEST", "body: The content type is not application/json");
  }
  let body: unknown;
  try {
    body = JSON.parse(await c.req.text());
  } catch (error) {
    return failure("BAD_REQUEST", `body: ${(error as Error).message}`);
  }
  const read = of.safeParse(body);
  if (read.success) return success(read.data);
  const { path, message } = read.error.issues[0]!;
  return failure("BAD_REQUEST", `${path.map(String).join(".") || "body"}: ${message}`);
}
